import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("openrosa", "0002_photos_nobody_can_read"),
    ]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="case",
            field=models.UUIDField(help_text="the journal of its case", null=True),
        ),
        migrations.AddField(
            model_name="submission",
            name="replaces",
            field=models.ForeignKey(
                help_text="it changes it",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="openrosa.submission",
            ),
        ),
    ]
