from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_linkage")]

    operations = [
        migrations.AlterField(name, "id", models.BigAutoField(primary_key=True, serialize=False))
        for name in ("personrow", "sheetrow", "termrow")
    ]
