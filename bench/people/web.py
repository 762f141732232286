"""The look-up as a browser asks it: one line typed into the box, through sign-in, duty, access log and
JSON; no socket."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date


def line_of(row: dict[str, str]) -> str:
    """What an officer would type of a row: "Sukarni, Dongko, kec. Dongko, umur 70, ibunya Painem"."""
    said = [row["nama"], row["desa"], row["kecamatan"] and f"kec. {row['kecamatan']}", row["jk"]]
    said += [row["umur"] and f"umur {row['umur']}", row["tgl_lahir"] and f"lahir {row['tgl_lahir']}"]
    said += [
        row["ibu"] and f"ibunya {row['ibu']}",
        row["nik"] and f"NIK {row['nik']}",
        row["no_kk"] and f"KK {row['no_kk']}",
    ]
    said += [row["rt"] and f"RT {row['rt']} RW {row['rw']}"]
    return ", ".join(filter(None, said))


def browser(office: str) -> Callable[[str], list[str]]:
    """Asks the box; gives the NIKs shown."""
    from django.test import Client

    from jemput.accounts.models import Account, Assignment, Office
    from jemput.core.codes import Duty

    where = Office.objects.create(code=office, number=1, name="Kantor", city="Kota")
    account = Account.objects.create_user("bench", None, name="BENCH", demo=True)
    Assignment.objects.create(
        account=account, office=where, duty=Duty.MAIN_ADMIN, area=office, valid_from=date(2020, 1, 1)
    )
    client = Client(headers={"accept": "application/json", "host": "localhost"})
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")

    def ask(text: str) -> list[str]:
        answer = client.post("/people/look-up/", {"q": text})
        return [hit["nik"] for hit in answer.json()["hits"]]

    return ask
