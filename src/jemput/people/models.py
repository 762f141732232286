"""Tables of the register: sealed rows, and keyed terms that lead to them. Nothing here can be read
without the key.

The ids are always given by us. They are automatic fields all the same, for SQLite then keeps each row under
its id, without a second tree: a fifth of the file, and one step less for each row that is looked up.
"""

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

    id = models.BigAutoField(primary_key=True)
    sealed = models.BinaryField()


class TermRow(models.Model):
    """A keyed term and the numbers of the people it leads to (32 bits each, little-endian, rising)."""

    id = models.BigAutoField(primary_key=True)
    people = models.BinaryField()


class SheetRow(models.Model):
    """The names of a village (or part of it, by birth year) on one sealed sheet, to be scanned whole."""

    id = models.BigAutoField(primary_key=True)
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


# ---- linkage (people/link): lists, their sealed rows, and the pairs that a run proposed ----------------
# The decisions themselves are entries in the journal of the list; ``answer`` repeats the last of them, so
# that a page need not unseal a journal.


class LinkList(models.Model):
    """A list of people; its id is its stream's, whose key seals the rows."""

    PREVIEW, RECEIVED = "preview", "received"

    id = models.UUIDField(primary_key=True)
    office = CodeField(max_length=5)
    programme = models.PositiveIntegerField()
    source = CodeField(max_length=16)
    condition = CodeField(max_length=20)
    state = CodeField(max_length=8, default=PREVIEW)
    sealed = models.BinaryField(help_text="name of the list, columns and what is odd")
    digest = CodeField(max_length=64)
    count = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["office", "programme"], name="people_lists")]


class LinkRow(models.Model):
    """One row of a list, sealed; what was found of it."""

    list = models.ForeignKey(LinkList, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    entry = models.UUIDField(unique=True, help_text="id that the report of its case will have")
    sealed = models.BinaryField()
    area = CodeField(max_length=24, blank=True)
    condition = CodeField(max_length=20)
    sex = CodeField(max_length=8)
    age_band = CodeField(max_length=12)
    disability = models.BinaryField(help_text="whether the list says so: a health fact, sealed")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "number"], name="people_row_once")]


class LinkPair(models.Model):
    """Two records that are, or may be, one person: a row and a person of the register, a row, or a case."""

    row = models.ForeignKey(LinkRow, models.CASCADE, related_name="pairs")
    against = CodeField(max_length=6)
    person = models.BigIntegerField(null=True, help_text="number in the extract")
    extract = models.BigIntegerField(null=True)
    other = models.ForeignKey(LinkRow, models.CASCADE, null=True, related_name="+")
    case = models.UUIDField(null=True)
    certainty = models.FloatField()
    rule = CodeField(max_length=16, blank=True)
    levels = models.JSONField(help_text="level of agreement and bits by field; names nobody")
    bin = CodeField(max_length=9)
    answer = CodeField(max_length=9, blank=True)
    decision = models.UUIDField(null=True, help_text="the entry that says so")
    later = models.BooleanField(default=False, help_text="put aside by the reviewer")

    class Meta:
        indexes = [models.Index(fields=["bin", "answer"], name="people_pair_bin")]


class LinkRun(models.Model):
    """One comparison of all lists of a programme, going on or done."""

    RUNNING, DONE, FAILED = "running", "done", "failed"

    office = CodeField(max_length=5)
    programme = models.PositiveIntegerField()
    state = CodeField(max_length=7, default=RUNNING)
    what = CodeField(max_length=16, blank=True)
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=1)
    figures = models.JSONField(default=dict, help_text="counts, lines and model; names nobody")
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
