import datetime
import uuid

import django.db.models.deletion
from django.db import migrations, models

import jemput.journal.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Server",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("epoch", models.UUIDField(default=uuid.uuid4)),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="ProgrammeVersion",
            fields=[
                ("hash", jemput.journal.models.CodeField(max_length=64, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("data", models.BinaryField()),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["number", "added_at"], name="programme_newest")],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Stream",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("type", jemput.journal.models.CodeField(max_length=16)),
                ("office", jemput.journal.models.CodeField(max_length=5)),
                ("area", jemput.journal.models.CodeField(max_length=24)),
                ("wrapped_key", models.BinaryField(null=True)),
                ("key_id", jemput.journal.models.CodeField(max_length=16)),
                ("head", models.PositiveIntegerField(default=0)),
                ("head_hash", models.BinaryField(max_length=32)),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["key_id"], name="stream_key"),
                    models.Index(fields=["type", "office"], name="stream_type"),
                ],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="EntryRow",
            fields=[
                ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                ("id", models.UUIDField(unique=True)),
                (
                    "stream",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="journal.stream",
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("kind", jemput.journal.models.CodeField(max_length=40)),
                ("version", models.PositiveSmallIntegerField()),
                ("clear", models.JSONField()),
                ("sealed", models.BinaryField(null=True)),
                ("identity", models.BinaryField(max_length=32)),
                ("clear_digest", models.BinaryField(max_length=32)),
                ("chain", models.BinaryField(max_length=32)),
                ("actor", jemput.journal.models.CodeField(max_length=64)),
                ("duty", jemput.journal.models.CodeField(max_length=20, null=True)),
                ("device", models.UUIDField(null=True)),
                ("device_seq", models.BigIntegerField(null=True)),
                ("occurred_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("after", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["kind", "received_at"], name="entry_kind"),
                    models.Index(
                        condition=models.Q(("kind", "reported")), fields=["actor"], name="entry_reporter"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("stream", "position"), name="entry_position")
                ],
            },
        ),
        migrations.CreateModel(
            name="Feed",
            fields=[
                ("id", jemput.journal.models.CodeField(max_length=24, primary_key=True, serialize=False)),
                ("head", models.BigIntegerField(default=0)),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="FeedRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "feed", "seq", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "feed",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="journal.feed"
                    ),
                ),
                ("seq", models.BigIntegerField()),
                ("type", jemput.journal.models.CodeField(max_length=6)),
                (
                    "stream",
                    models.ForeignKey(
                        db_constraint=False, on_delete=django.db.models.deletion.PROTECT, to="journal.stream"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="journal.entryrow",
                    ),
                ),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Quarantine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("entry", models.UUIDField(null=True)),
                ("stream", models.UUIDField(null=True)),
                ("verdict", jemput.journal.models.CodeField(max_length=10)),
                ("code", jemput.journal.models.CodeField(max_length=40)),
                ("wrapped_key", models.BinaryField()),
                ("key_id", jemput.journal.models.CodeField(max_length=16)),
                ("sealed", models.BinaryField()),
                ("digest", models.BinaryField(max_length=32)),
                ("actor", jemput.journal.models.CodeField(max_length=64)),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["stream", "verdict"], name="quarantine_stream")],
                "constraints": [
                    models.UniqueConstraint(fields=("digest", "verdict"), name="quarantine_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("what", jemput.journal.models.CodeField(max_length=6)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="CaseRow",
            fields=[
                (
                    "stream",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="case",
                        serialize=False,
                        to="journal.stream",
                    ),
                ),
                ("office", jemput.journal.models.CodeField(max_length=5)),
                ("programme", models.PositiveIntegerField()),
                ("programme_hash", jemput.journal.models.CodeField(max_length=64)),
                ("status", jemput.journal.models.CodeField(max_length=16)),
                ("is_open", models.BooleanField()),
                ("urgency", jemput.journal.models.CodeField(max_length=12)),
                ("area", jemput.journal.models.CodeField(max_length=24)),
                ("sex", jemput.journal.models.CodeField(max_length=8)),
                ("age_band", jemput.journal.models.CodeField(max_length=12)),
                ("condition", jemput.journal.models.CodeField(max_length=20)),
                ("documents", models.JSONField()),
                ("flags", models.JSONField()),
                ("ticket", jemput.journal.models.CodeField(max_length=24, unique=True)),
                ("opened_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                (
                    "due_at",
                    models.DateTimeField(default=datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.UTC)),
                ),
                ("merged_into", models.UUIDField(db_index=True, null=True)),
                ("state", models.JSONField()),
                ("head", models.PositiveIntegerField()),
                ("headline", models.BinaryField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["office", "-last_at"], name="case_latest"),
                    models.Index(fields=["office", "is_open", "due_at"], name="case_due"),
                    models.Index(fields=["office", "status", "-last_at"], name="case_status"),
                    models.Index(fields=["area", "-last_at"], name="case_area"),
                    models.Index(fields=["programme", "office", "-last_at"], name="case_programme"),
                ],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Waiting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "case", "step", "duty", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waiting",
                        to="journal.caserow",
                    ),
                ),
                ("step", jemput.journal.models.CodeField(max_length=40)),
                ("duty", jemput.journal.models.CodeField(max_length=20)),
                ("office", jemput.journal.models.CodeField(max_length=5)),
                ("area", jemput.journal.models.CodeField(max_length=24)),
                ("programme", models.PositiveIntegerField()),
                ("since", models.DateTimeField()),
                (
                    "due_at",
                    models.DateTimeField(default=datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.UTC)),
                ),
                ("blocked", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["duty", "office", "due_at"], name="waiting_office"),
                    models.Index(fields=["duty", "area", "due_at"], name="waiting_area"),
                ],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "hash",
                        "case",
                        "role",
                        "entry",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("hash", models.BinaryField(max_length=16)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="terms",
                        to="journal.caserow",
                    ),
                ),
                ("role", jemput.journal.models.CodeField(max_length=12)),
                (
                    "entry",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="journal.entryrow",
                    ),
                ),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
    ]
