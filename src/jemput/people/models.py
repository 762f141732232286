"""Tables of the register: sealed rows, and keyed terms that lead to them. Nothing here can be read
without the key."""

from __future__ import annotations

from django.db import models

from jemput.journal.models import CodeField


class Snapshot(models.Model):
    """One extract of the register, under a key of its own: without the key its rows and terms are noise."""

    LOADING, LOADED, CURRENT, RETIRED = "loading", "loaded", "current", "retired"

    office = CodeField(max_length=5)
    taken_on = models.DateField(help_text="the day on which the extract was drawn")
    state = CodeField(max_length=8, default=LOADING)
    wrapped_key = models.BinaryField(null=True, help_text="destroyed when a newer extract takes over")
    key_id = CodeField(max_length=16)
    slot = models.PositiveSmallIntegerField(unique=True, null=True, help_text="first bits of its terms' ids")
    digest = CodeField(max_length=64, help_text="SHA-256 of the file, so that only the same file is resumed")
    columns = models.JSONField(default=dict, help_text="which heading was taken for which field")
    read = models.PositiveIntegerField(default=0, help_text="rows of the file that are done")
    people = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    odd = models.JSONField(default=dict, help_text="counts only: what is odd, how often")
    figures = models.BinaryField(null=True, help_text="sealed: how frequent each word of a name is")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office"], condition=models.Q(state="current"), name="people_one_current"
            )
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.taken_on}"


class PersonRow(models.Model):
    """A person, sealed. ``id`` is the snapshot's id and the number within it."""

    id = models.BigIntegerField(primary_key=True)
    sealed = models.BinaryField()


class TermRow(models.Model):
    """A keyed term and the numbers of the people it leads to (32 bits each, little-endian, rising)."""

    id = models.BigIntegerField(primary_key=True)
    people = models.BinaryField()


class SheetRow(models.Model):
    """The names of a village (or part of it, by birth year) on one sealed sheet, to be scanned whole."""

    id = models.BigIntegerField(primary_key=True)
    village = models.BigIntegerField(db_index=True, help_text="a keyed term")
    sealed = models.BinaryField()


class Seen(models.Model):
    """Who was shown whom of the register: once a day for each account, person and duty. Never a name or
    a NIK."""

    person = models.BinaryField(max_length=16, help_text="keyed hash, see seen.py; outlives the extract")
    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+")
    duty = CodeField(max_length=20)
    day = models.DateField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "account", "duty", "day"], name="people_seen_once")
        ]
