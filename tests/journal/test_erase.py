"""Forgetting: nothing of the person is left, nothing of the numbers is lost, nobody brings it back."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from jemput import journal
from jemput.core import entries as e
from jemput.core.codes import Document, Duty, Relation
from jemput.core.fold import fold
from jemput.core.programme import Programme
from jemput.journal import Answer, erase, keys, ledger
from jemput.journal.models import CaseRow, EntryRow, Erasure, FeedRow, Quarantine, Stream, Term, Waiting
from jemput.journal.rebuild import rebuild
from jemput.journal.verify import verify
from tests.journal.cases import NIK, VILLAGE, Case, offer

pytestmark = [pytest.mark.database, pytest.mark.django_db]
COLUMNS = ("stream_id", "programme", "status", "sex", "age_band", "area", "documents", "flags", "opened_at")


@pytest.fixture
def neighbour(case: Case, programme: Programme) -> Case:
    """Another person's case, in which Siti Aminah is reporter, guardian and recipient."""
    other = Case(programme).reported(name="SUKARNI", nik="9901010101600002", phone="081200000009")
    other.tell(e.ReporterNamed(name="Siti Aminah", phone="0812 0000 0001".replace(" ", "")))
    other.tell(e.GuardianNamed(name="SITI AMINAH", relation=Relation.SIBLING))
    other.note("Bukan tentang siapa pun")
    return other


def everything_stored() -> str:
    models = (Stream, EntryRow, CaseRow, Waiting, Term, Quarantine)
    return repr([list(model.objects.order_by("pk").values()) for model in models])


def test_a_person_is_forgotten_in_their_case_and_the_numbers_stay(case: Case) -> None:
    case.tell(e.Triaged(result=e.TriageResult.ACCEPTED, note="Tetangga sudah tahu"))
    numbers = list(CaseRow.objects.values(*COLUMNS))
    state = fold(journal.programme_of, journal.clear_entries(case.stream))

    found = erase.find([case.stream])
    assert [c.stream_id for c in found.cases] == [case.stream]
    erase.erase([case.stream])

    assert list(CaseRow.objects.values(*COLUMNS)) == numbers
    assert fold(journal.programme_of, journal.clear_entries(case.stream)) == state
    assert journal.headline(case.row) == {} and case.row.headline is None
    assert not Term.objects.exists() and not Waiting.objects.exists()
    assert journal.by_nik(NIK) == []
    assert all(row.sealed is None for row in EntryRow.objects.all())
    assert case.head.wrapped_key is None and case.head.erased_at is not None
    assert all(getattr(x.body, "name", None) is None for x in journal.entries(case.stream))


def test_afterwards_the_chains_verify_and_a_rebuild_changes_nothing(case: Case, neighbour: Case) -> None:
    erase.erase([case.stream], [m.entry for m in erase.find([case.stream]).mentions])
    report = verify()
    assert report.breaks == () and report.unsealed
    assert rebuild().different == 0


def test_in_cases_of_others_only_their_own_entries_are_forgotten(case: Case, neighbour: Case) -> None:
    found = erase.find([case.stream])
    by_role = {m.role: m for m in found.mentions}
    assert by_role["reporter"].certain, "name and phone fit"
    assert not by_role["guardian"].certain, "only the name fits, in the same village"
    erase.erase([case.stream], [by_role["reporter"].entry])
    bodies = {x.kind: x.body for x in journal.entries(neighbour.stream)}
    assert bodies["reporter_named"].name is None  # type: ignore[attr-defined]
    assert bodies["guardian_named"].name == "SITI AMINAH"  # type: ignore[attr-defined]
    assert bodies["note"].text == "Bukan tentang siapa pun"  # type: ignore[attr-defined]
    assert journal.headline(neighbour.row)["name"] == "SUKARNI"
    assert {t.role for t in Term.objects.filter(case=neighbour.stream)} == {"person", "guardian"}


def test_a_reporter_without_a_case_of_their_own_is_found_by_name_and_phone(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.tell(e.ReporterNamed(name="Mbah Wiryo", phone="081300000007"))
    case.tell(e.GuardianNamed(name="WIRYO", relation=Relation.SIBLING))
    case.tell(e.CustodyTaken(document=Document.KTP_EL, holder=e.Holder.OFFICER, holder_name="WIRYO"))
    out = io.StringIO()

    def run(lines: str, **options: object) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(lines))
        call_command("erase", person_from_stdin=True, stdout=out, **options)

    for wrong in ("WIRYO\n", "WIRYO\n123\n", "0813 0000 0007\nWIRYO\n"):
        with pytest.raises(CommandError):
            run(wrong, yes=True)
    run("wiryo\n0813-0000-0007\n", dry_run=True)
    assert all(str(told.id) in out.getvalue() for told in case.told[1:])
    run("wiryo\n0813-0000-0007\n", yes=True, entry=[case.told[3].id])
    bodies = [x.body for x in journal.entries(case.stream)]
    assert [bodies[1].name, bodies[2].name, bodies[3].holder_name] == [None, "WIRYO", None]  # type: ignore[attr-defined]
    assert journal.headline(case.row)["name"] == "SITI AMINAH"
    assert "WIRYO" not in out.getvalue().upper() and "00000007" not in out.getvalue()


def test_a_person_with_a_case_is_found_by_name_and_phone_together_only(case: Case) -> None:
    [found] = erase.find(named=[("Siti Aminah", "+6281200000001")]).cases
    assert found.stream_id == case.stream
    assert erase.find(named=[("SITI AMINAH", "081200000002")]).cases == ()


def test_a_carrier_a_health_worker_a_parent_and_an_approver_stand_in_their_entry_only(case: Case) -> None:
    case.tell(
        e.CustodyTaken(
            document=Document.KTP_EL,
            holder=e.Holder.COURIER,
            holder_name="PAIMIN",
            holder_phone="081300000008",
        )
    )
    case.tell(e.ConditionChecked(go_ahead=True, partner_name="PAIMIN"))
    case.tell(e.FormFilled(father="KARTO", mother="PAIMIN"))
    case.tell(e.Recorded(exception_approved_by="PAIMIN"))
    found = erase.find(named=[("PAIMIN", "081300000008")])
    assert {(m.role, m.certain) for m in found.mentions} == {
        ("carrier", True), ("partner", False), ("parent", False), ("approving", False)
    }  # fmt: skip
    erase.erase([], [m.entry for m in found.mentions])
    assert erase.find(named=[("PAIMIN", "081300000008")]).mentions == ()
    assert journal.headline(case.row)["name"] == "SITI AMINAH"
    assert verify().breaks == () and rebuild().different == 0


def test_corrections_of_a_forgotten_entry_are_forgotten_with_it(case: Case, neighbour: Case) -> None:
    reporter = neighbour.told[1]
    neighbour.tell(
        e.Corrected(entry=reporter.id, sealed_values={"name": "SITI AMINAH, S.H."}, reason="gelar")
    )
    correction = neighbour.told[-1]
    erase.erase([], [reporter.id])
    assert journal.entry(correction.id).body.sealed_values is None  # type: ignore[attr-defined]
    assert verify().breaks == ()


def test_another_case_of_the_same_nik_and_a_merged_one_are_found(case: Case, programme: Programme) -> None:
    same = Case(programme).reported(name=None, phone=None)
    merged = Case(programme).reported(name="AMINAH", nik=None, phone=None)
    merged.tell(e.Merged(into=case.stream))
    found = erase.find([merged.stream])
    assert {c.stream_id for c in found.cases} == {case.stream, same.stream, merged.stream}


def test_a_nik_that_a_check_found_and_a_corrected_name_lead_on(case: Case, programme: Programme) -> None:
    unknown = Case(programme).reported(name=None, nik=None, phone=None)
    unknown.tell(e.BiometricsChecked(result=e.CheckResult.FOUND, nik=NIK))
    assert {c.stream_id for c in erase.find([unknown.stream]).cases} == {case.stream, unknown.stream}
    renamed = Case(programme).reported(name="SUKARNO", nik=None, phone="081200000009")
    report = renamed.told[0].id
    renamed.tell(e.Corrected(entry=report, sealed_values={"name": "SUKARNI"}, reason="salah dengar"))
    other = Case(programme).reported(name="LAIN", nik=None, phone=None)
    other.tell(e.ReporterNamed(name="SUKARNI", phone="081200000009"))
    (mention,) = erase.find([renamed.stream]).mentions
    assert (mention.entry, mention.certain) == (other.told[1].id, True)


def test_a_late_correction_of_a_forgotten_entry_is_not_even_kept_aside(case: Case, neighbour: Case) -> None:
    reporter = neighbour.told[1].id
    late = neighbour.says(
        e.Corrected(entry=reporter, sealed_values={"name": "SITI AMINAH, RT 2"}, reason="kurang lengkap")
    )
    erase.erase([], [reporter])
    assert journal.append([late])[0].code == "erased"
    assert not Quarantine.objects.exists()


def test_what_was_erased_is_refused_when_it_is_offered_again(case: Case) -> None:
    held = case.says(e.Note(text="tertahan"), after=case.says(e.Note(text="belum ada")).id)
    assert journal.append([held])[0].answer is Answer.HELD
    erase.erase([case.stream])
    assert not Quarantine.objects.exists()
    again = [*case.told, case.says(e.Note(text="baru")), held]
    assert {(v.answer, v.code) for v in journal.append(again)} == {(Answer.REJECTED, "erased")}
    assert not Quarantine.objects.exists(), "not even in quarantine"


def test_refused_and_unreadable_offers_that_name_the_person_go_too_and_are_refused_for_ever(
    case: Case, programme: Programme
) -> None:
    ticket = case.row.ticket
    twin = Case(programme)
    refused = twin.says(twin.report(ticket=ticket, name=None, phone=None), Duty.REPORTER)
    follows = twin.says(e.Note(text="menyusul laporan itu"), after=refused.id)
    foreign = Case(programme)
    unknown = foreign.says(
        foreign.report(programme_hash="0" * 64, nik=None, name="H. Siti Aminah", phone="+6281200000001"),
        Duty.REPORTER,
    )
    conflict = case.told[0].model_copy(update={"body": e.Note(text=f"NIK {NIK[:6]} {NIK[6:]}")})
    other = Case(programme).reported(name="SUKARNI", nik=None, phone=None)
    conflicting = other.told[0].model_copy(update={"body": e.Note(text=f"ditukar dengan {NIK}")})
    innocent = Case(programme)
    stays = innocent.says(
        innocent.report(ticket=ticket, nik="9901010101600002", name="SITI AMINAH", phone="081200000009"),
        Duty.REPORTER,
    )
    entries = [refused, follows, unknown, conflict, conflicting, stays]
    codes = [v.code for v in journal.append(entries)]
    assert codes == ["ticket_taken", "missing", "unknown_programme", "same_id", "same_id", "ticket_taken"]
    raw = [
        f'{{"sealed": {{"nik": {NIK}}}}}'.encode(),
        b"{ SITI AMINAH +62 812 0000 0001",
        b"{ SITI lain",
    ]
    offer(raw, actor="budi")
    assert Quarantine.objects.count() == 9

    found = erase.find(niks=[NIK])
    assert set(found.refused) == {twin.stream, foreign.stream}
    erase.erase([c.stream_id for c in found.cases] + [*found.refused], (), found.kept)

    assert Quarantine.objects.count() == 2, "of others nothing is lost"
    assert Quarantine.objects.filter(entry=stays.id).exists()
    assert [v.code for v in journal.append(entries)] == ["erased"] * 5 + ["ticket_taken"]
    assert [v.code for v in offer(raw)] == ["erased", "erased", "unreadable"]
    assert Quarantine.objects.count() == 2
    assert journal.headline(other.row)["name"] == "SUKARNI", "a conflict is not the entry it conflicts with"
    assert {line.what for line in ledger.read()} == {"stream", "entry", "offer"}
    assert NIK not in ledger.path().read_text() and verify().breaks == ()


def test_what_lay_in_quarantine_is_forgotten_again_by_the_ledger(case: Case) -> None:
    raw = [f"bukan JSON, {NIK}".encode()]
    offer(raw)
    kept = list(Quarantine.objects.values())
    out = io.StringIO()
    call_command("erase", ticket=[case.row.ticket], yes=True, stdout=out)
    assert not Quarantine.objects.exists()
    Erasure.objects.filter(what="offer").delete()  # as an older backup would
    Quarantine.objects.create(**kept[0])
    assert erase.apply_ledger() == 1 and not Quarantine.objects.exists()
    assert [v.code for v in offer(raw)] == ["erased"]


def test_an_unreadable_offer_for_a_forgotten_case_is_not_kept(case: Case) -> None:
    erase.erase([case.stream])
    raw = json.dumps({"id": str(case.stream), "stream": str(case.stream), "kind": "nanti", "version": 1})
    assert [v.code for v in offer([raw])] == ["erased"]
    assert not Quarantine.objects.exists()


def test_every_feed_that_held_the_case_says_forget(case: Case) -> None:
    case.tell(e.PersonDescribed(area="35.03.01.2002"))
    erase.erase([case.stream])
    last = {f: FeedRow.objects.filter(feed=f).latest("seq").type for f in (VILLAGE, "35.03.01.2002")}
    assert last == {VILLAGE: "forget", "35.03.01.2002": "forget"}


def test_devices_that_have_not_confirmed_are_named(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erase, "unconfirmed", [lambda streams: ["HP Ani"] if case.stream in streams else []])
    assert erase.erase([case.stream]) == ["HP Ani"]


def test_the_ledger_names_ids_only_and_survives_a_torn_line(case: Case) -> None:
    erase.erase([case.stream])
    [line] = ledger.path().read_text().splitlines()
    assert set(json.loads(line)) == {"what", "id", "at"}
    with ledger.path().open("a") as file:
        file.write('{"what": "stream", "id"')
    ledger.write(ledger.read())
    assert [x.id for x in ledger.read()] == [case.stream, case.stream]


def test_the_ledger_and_its_name_are_on_the_disk_before_anything_is_forgotten(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").resolve())
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    erase.erase([case.stream])
    assert [ledger.path(), ledger.path().parent, ledger.path().parent.parent] == synced


def test_a_stolen_disk_tells_nothing_of_the_erased_even_with_the_key(case: Case) -> None:
    kept = EntryRow.objects.get(id=case.told[0].id)
    erase.erase([case.stream])
    assert keys.ring() and bytes(kept.sealed or b"").hex() not in everything_stored()


def test_the_command_lists_first_and_forgets_only_when_told(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.StringIO()
    ticket = case.row.ticket
    call_command("erase", ticket=[ticket], dry_run=True, stdout=out)
    assert ticket in out.getvalue() and case.head.erased_at is None
    monkeypatch.setattr("builtins.input", lambda prompt: "no")
    call_command("erase", ticket=[ticket], stdout=out)
    assert case.head.erased_at is None
    monkeypatch.setattr("sys.stdin", io.StringIO(NIK + "\n"))
    call_command("erase", nik_from_stdin=True, yes=True, stdout=out)
    assert case.head.erased_at is not None
    assert NIK not in out.getvalue()
    with pytest.raises(CommandError):
        call_command("erase", ticket=["TIDAK-ADA"])


def test_the_ledger_is_outside_the_data(settings: object, tmp_path: Path) -> None:
    from django.conf import settings as live

    assert not Path(live.JEMPUT_LEDGER).is_relative_to(live.JEMPUT_HOME)
