"""What people choose areas from."""

from jemput.places.choices import ANY_AREA, area_choices, village_choices


def test_a_filter_lists_the_subdistricts_of_the_office() -> None:
    choices = area_choices("73.72", ANY_AREA)
    assert choices[0] == ("", ANY_AREA)
    assert ("73.72.03", "Kec. Soreang") in choices
    assert len(choices) == 5


def test_a_form_groups_villages_by_subdistrict() -> None:
    _blank, *groups = village_choices("35.03")
    assert len(groups) == 14
    assert ("35.03.04.2007", "Desa Dongko") in dict(groups)["Kec. Dongko"]
    assert sum(len(villages) for _, villages in groups) == 157


def test_a_village_registrar_has_one_village_to_choose() -> None:
    assert village_choices("35.03.04.2007") == [("35.03.04.2007", "Desa Dongko, Kec. Dongko")]
    assert village_choices("32.75.01.1001.004")[0][1] == "RW 004, Kel. Bekasijaya"


def test_a_subdistrict_officer_has_its_villages() -> None:
    _blank, group = village_choices("35.03.04")
    assert group[0] == "Kec. Dongko"


def test_an_area_that_is_none_offers_nothing() -> None:
    assert len(village_choices("99.01")) == 1
    assert area_choices("nowhere") == []
