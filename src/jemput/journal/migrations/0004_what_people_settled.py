"""Who sent what lies in quarantine, and what people did about it."""

from django.db import migrations, models

from jemput.journal.models import CodeField


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_sums_of_feeds")]

    operations = [
        migrations.AddField("quarantine", "device", models.UUIDField(null=True)),
        migrations.AddField("quarantine", "settled_at", models.DateTimeField(null=True)),
        migrations.AddField("quarantine", "settled_by", CodeField(default="", max_length=64)),
        migrations.AddField("quarantine", "settled_as", CodeField(default="", max_length=20)),
    ]
