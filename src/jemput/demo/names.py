"""Names as they sound in the five places: parts to be put together at random, never a person's.

Chance may make a name that somebody bears; with a NIK of region 99, a phone of no operator and an
invented birth date and mother it still is nobody's data.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from jemput.core.codes import Sex


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@dataclass(frozen=True)
class Flavour:
    """How people of one origin are called. ``old`` are single names, usual among the elderly."""

    men: tuple[str, ...]
    women: tuple[str, ...]
    men_after: tuple[str, ...]
    women_after: tuple[str, ...]
    old_men: tuple[str, ...] = ()
    old_women: tuple[str, ...] = ()
    before_men: tuple[str, ...] = ()
    before_women: tuple[str, ...] = ()
    after_both: tuple[str, ...] = ()
    """Clan names, borne by women and men alike."""

    def name(self, rng: Random, sex: Sex, age: int) -> str:
        """An upper-case name for somebody of that sex and age."""
        woman = sex is Sex.FEMALE
        old = self.old_women if woman else self.old_men
        if old and rng.random() < (0.62 if age >= 60 else 0.22 if age >= 45 else 0.02):
            return rng.choice(old).upper()
        parts = [rng.choice(self.women if woman else self.men)]
        before = self.before_women if woman else self.before_men
        if before and rng.random() < 0.3:
            parts.insert(0, rng.choice(before))
        after = self.after_both or (self.women_after if woman else self.men_after)
        if rng.random() < 0.82:
            parts.append(rng.choice(after))
        return " ".join(parts).upper()


JAVANESE = Flavour(
    men=_words(
        """Agus Bambang Budi Dwi Eko Endro Gatot Hadi Hari Heru Imam Joko Kuncoro Lilik Mujiono Nanang
        Nurhadi Prasetyo Puguh Rudi Sigit Slamet Sugeng Suhartono Sukarno Sulistyo Sunaryo Supriadi
        Sutrisno Teguh Triyono Wahyu Waluyo Widodo Yuli Yusuf"""
    ),
    women=_words(
        """Anik Ani Dewi Dwi Endang Eni Erna Eti Fitri Hartini Ika Indah Istiqomah Kartini Kusmiati Lestari
        Lilis Lina Mujiati Murni Nanik Ning Nur Puji Puput Ratna Retno Rini Rukmini Siti Sri Sulastri Sumiati
        Suparmi Suyatmi Titik Tri Tutik Umi Wahyuni Winarsih Yayuk Yuliati"""
    ),
    men_after=_words(
        """Santoso Wibowo Prasetyo Nugroho Susanto Purnomo Setiawan Hidayat Saputro Kurniawan Raharjo Utomo
        Wijaya Cahyono Handoko Wahyudi Subagyo Irawan Hartono Mulyono Pranoto Sasongko Riyadi"""
    ),
    women_after=_words(
        """Lestari Wahyuni Rahayu Handayani Astuti Ningsih Wulandari Utami Setyowati Puspitasari Purwanti
        Kusumawati Susanti Winarti Rahmawati Hidayati Anggraini Mulyani Sulistyowati Kholifah"""
    ),
    old_men=_words(
        """Tukiran Sarman Kasimin Ponidi Paiman Karto Wagimin Sukimin Jumadi Katiran Suradi Saimun Parman
        Kateno Slamet Sarijan Samidi Tumiran Wakidi Mesiran Kasdi Jaimin Poniran Sukiran Tasmin Wiryo"""
    ),
    old_women=_words(
        """Kasiyem Tukinem Sarmi Paini Katemi Sutinah Painem Kasinah Saminem Wagiyem Jumirah Boinem Musinah
        Tumirah Sukinem Lasiyem Misinah Jemirah Ponirah Sarinem Katini Suminem Tumini Kaminah Rukiyem"""
    ),
)
MADURESE = Flavour(
    men=_words(
        "Abdul Ahmad Fathor Hasan Imron Jamal Mohammad Moh Nawawi Rofiq Sahri Samsul Subhan Zainal Matrai"
    ),
    women=_words(
        "Siti Nur Sahrah Musrifah Hotijah Maimuna Rukayyah Hosniyah Zubaidah Khotimah Suhriyah Aisyah"
    ),
    men_after=_words("Rahman Wahid Hadi Arifin Rofi'i Bahri Halim Karim Munir Hasyim Fauzi Rosi Mu'in Latif"),
    women_after=_words("Hasanah Aminah Fatimah Jannah Holifah Romlah Maisaroh Sa'diyah Hamidah Mukarromah"),
    old_men=_words("Misnadin Sahrawi Buhari Marsuki Sumarwi Matsani Sunarwi Durahman Asmuni Tohari"),
    old_women=_words("Misnati Buna Sahwiya Sumiyati Marhama Nisa Supiya Bunami Marwati Tolia"),
)
OSING = Flavour(
    men=_words(
        "Adi Andik Anang Dedy Hariyanto Iwan Kusnadi Purwanto Samsuri Sanuri Suhaimi Suroso Timbul Untung"
    ),
    women=_words(
        "Anis Temu Supinah Nafisah Mudaiyah Sayu Sunarsih Hartatik Sulihah Suminah Asmi Ayu Juwariyah"
    ),
    men_after=_words("Hadi Ismail Efendi Wahyudi Mulyadi Hasnan Sapuan Budianto Subekti Ridwan Adnan"),
    women_after=_words("Misti Setiyani Wati Agustina Rohmah Mutmainah Sundari Nuraini Faridah Yuningsih"),
    old_men=_words("Sahuri Sapuan Mastur Senari Slamin Juhadi Ponali Jumanto Mistari Sanusi"),
    old_women=_words("Supinah Mesiyah Asiyah Suntamah Ponitri Saodah Misnah Temu Salamah Rubinah"),
)
MALAY = Flavour(
    men=_words(
        "Azman Azhar Baharuddin Dahlan Fadli Hamdan Idris Ismail Jamaluddin Khairul Muhammad Rahmat Raja"
    ),
    women=_words(
        "Aisyah Azizah Faridah Halimah Juriah Maimunah Nurhayati Rohana Rosnah Salmah Siti Suriani Zaleha"
    ),
    men_after=_words("Abdullah Hamzah Hasan Husin Ibrahim Mahmud Ramli Saleh Syah Yahya Yusof Zainuddin"),
    women_after=_words("Abdullah Hamid Ismail Zahra Ramlah Yanti Rahimah Mahani Dewi Kasim"),
    old_men=_words("Awang Atan Jantan Mat Minah Busu Dolah Kadir Leman"),
    old_women=_words("Esah Gayah Timah Minah Jenab Munah Kalsom Bedah Limah"),
)
BATAK = Flavour(
    men=_words(
        "Albert Benget Daniel Edison Ferdinand Hotman Jhonson Lamhot Marulitua Parlindungan Pardamean Ramses"
    ),
    women=_words(
        "Artha Debora Elfrida Hotmaida Lamria Lasmaria Marlina Nurhaida Roida Rosmaida Rotua Tiurma Ulina"
    ),
    men_after=(),
    women_after=(),
    after_both=_words(
        "Simanjuntak Sihombing Siregar Nainggolan Sitorus Manurung Hutapea Pasaribu Silalahi Tampubolon"
    ),
)
MINANG = Flavour(
    men=_words("Afrizal Arman Dasril Erizal Hendri Jasril Nasrul Rizal Syafril Yusrizal Zulfahmi"),
    women=_words("Desmawati Elmiati Gusmarni Yusnidar Marnis Nurlela Rosmiati Syafrida Yulinar Ermayanti"),
    men_after=_words("Chaniago Koto Piliang Tanjung Putra Efendi Sikumbang"),
    women_after=_words("Chaniago Koto Tanjung Putri Dewita Anwar"),
)
BUGIS = Flavour(
    men=_words("Abdul Ambo Amiruddin Arifuddin Baharuddin Hasanuddin Kamaruddin Lukman Mappa Muhammad Rusli"),
    women=_words(
        "Hasnah Hajrah Indo Jumriah Kartini Marwah Masita Nurhaedah Nurlina Rahmatia Rosmini Sitti Suriani"
    ),
    men_after=_words("Dalle Latif Mappiasse Nur Palewai Rahim Sulaeman Tahir Wahab Kadir Beddu Pabeta"),
    women_after=_words("Aminah Aisyah Bunga Dalle Hafsah Ramlah Rukmini Halija Nurdin Tahir Saleha"),
    old_men=_words("Lakoro Labaco Lasuddin Beddu Lamakka Ladalle Ambotuo Sanusi Lahama Tajang"),
    old_women=_words("Icenning Isitti Imina Indotuo Isalma Icaya Halijah Ibeda Isohra Imarawa"),
    before_men=("Andi", "La"),
    before_women=("Andi", "I"),
)
SUNDANESE = Flavour(
    men=_words(
        "Asep Cecep Dadang Deden Dedi Endang Engkos Jajang Maman Nandang Odang Tatang Ujang Wawan Yayan"
    ),
    women=_words(
        "Ai Cucu Dede Elis Enung Euis Ika Imas Kokom Lilis Neneng Nining Rina Teti Titin Yeti Yoyoh"
    ),
    men_after=_words(
        "Sutisna Suherman Hidayat Kusnadi Permana Rohmana Saepudin Supriatna Suryana Mulyana Koswara"
    ),
    women_after=_words(
        "Rohaeti Sumiati Nurhayati Suryati Kurniasih Komariah Sukaesih Rosmiati Herawati Maryati"
    ),
    old_men=_words("Karna Sarta Uhi Emed Ojo Endin Sanusi Adma Udin Karta"),
    old_women=_words("Icah Onih Enah Emin Uum Arsih Rukmi Inah Acih Encum"),
)
BETAWI = Flavour(
    men=_words(
        "Abdul Ahmad Amat Dulloh Hamdani Jaelani Junaedi Mamat Marzuki Muhamad Namin Rojali Sarmili Syahroni"
    ),
    women=_words(
        "Aminah Asmanih Fatimah Halimah Juriah Komariah Maryam Masnah Nuraini Rohimah Romlah Saamah Siti"
    ),
    men_after=_words("Rohim Hasan Nasir Ali Saidi Naim Husein Majid Syukur Fauzi Mukhtar"),
    women_after=_words("Hasanah Rohayati Nurjanah Komala Saodah Wati Munawaroh Zahro Fauziah"),
    old_men=_words("Naming Saman Entong Sapri Mi'an Jiih Nisin Sanen Niman Tohir"),
    old_women=_words("Mumun Saenah Rimah Eneng Masni Niah Kenah Rodiah Sapiah Enok"),
)
