import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("openrosa", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="photo",
            name="blob",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sync.blob"
            ),
        ),
    ]
