"""Entries as they hold after their corrections: the journal keeps both, readers see what holds."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from jemput.core.entries import Body, Corrected, Entry, Reported

JSON = dict[str, object]
_NEVER = frozenset({"ticket", "programme", "programme_hash"})
"""What names and pins a case: another programme is an entry of its own."""


def as_corrected(entries: Iterable[Entry]) -> list[Entry]:
    """The entries with their corrections applied in place; entries taken back are left out.

    A correction may itself be taken back by a later one. Corrections that name an entry that is not
    there, or whose values do not fit, change nothing: what happened is never lost by a bad correction.
    """
    entries = list(entries)
    corrections = [e for e in entries if isinstance(e.body, Corrected)]
    if not corrections:
        return entries
    void: set[UUID] = set()
    patches: dict[UUID, list[Corrected]] = {}
    for entry in reversed(corrections):  # a later one can take back an earlier one
        body = entry.body
        assert isinstance(body, Corrected)
        if entry.id in void:
            continue
        if body.void:
            void.add(body.entry)
        else:
            patches.setdefault(body.entry, []).insert(0, body)
    return [
        entry.model_copy(update={"body": patched(entry.body, patches[entry.id])})
        if entry.id in patches
        else entry
        for entry in entries
        if entry.id not in void
    ]


def patched(body: Body, corrections: Iterable[Corrected]) -> Body:
    """The body with new values; the old one where they do not fit together.

    Of a clear view only the clear fields change. What follows from its seal (that a recording had
    exceptions, that somebody was found) stands among them and must not be reckoned anew without it.
    """
    corrections = list(corrections)
    clear, sealed = body.split()
    unsealed = bool(sealed) or (
        any(c.sealed_values for c in corrections) and not _has_sealed_requirement(body)
    )
    for correction in corrections:
        clear = _overlay(clear, correction.clear_values)
        sealed = _overlay(sealed, correction.sealed_values)
    try:
        return type(body).model_validate({**clear, **sealed}) if unsealed else type(body).clear_view(clear)
    except ValueError:
        return body


def holds(target: Body, correction: Corrected) -> bool:
    """Whether a correction names fields of its target, each under the right seal, and the result holds.

    A report is not taken back, for a case begins with it; a correction is taken back, never corrected.
    """
    clear, sealed = set(correction.clear_values or ()), set(correction.sealed_values or ())
    if correction.void:
        return not (isinstance(target, Reported) or clear or sealed)
    clear_fields = target.clear_fields()
    fits = clear <= clear_fields - _NEVER and sealed <= set(type(target).model_fields) - clear_fields
    if isinstance(target, Corrected) or not (fits and clear | sealed):
        return False
    old_clear, old_sealed = target.split()
    new = _overlay(old_clear, correction.clear_values) | _overlay(old_sealed, correction.sealed_values)
    try:
        type(target).model_validate(new)
    except ValueError:
        return False  # the new values do not fit together
    return True


def _has_sealed_requirement(body: Body) -> bool:
    clear = body.clear_fields()
    return any(f.is_required() and n not in clear for n, f in type(body).model_fields.items())


def _overlay(values: JSON, new: JSON | None) -> JSON:
    merged = {**values, **(new or {})}
    return {k: v for k, v in merged.items() if v is not None}


def correction_of(entry: Entry, new: Body, reason: str) -> Corrected:
    """The entry that turns ``entry`` into ``new``: only what differs, each part under its own seal.

    Raises ValueError when ``new`` is of another kind or differs in nothing.
    """
    if type(new) is not type(entry.body):
        raise ValueError("a correction keeps the kind of the entry")
    (clear, sealed), (new_clear, new_sealed) = entry.body.split(), new.split()
    changed_clear = _difference(clear, new_clear)
    changed_sealed = _difference(sealed, new_sealed)
    if not changed_clear and not changed_sealed:
        raise ValueError("a correction changes something")
    return Corrected(
        entry=entry.id,
        clear_values=changed_clear or None,
        sealed_values=changed_sealed or None,
        reason=reason,
    )


def _difference(old: JSON, new: JSON) -> JSON:
    return {k: new.get(k) for k in {*old, *new} if old.get(k) != new.get(k)}
