from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0005_find_in_quarantine"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="entryrow",
            index=models.Index(
                condition=models.Q(("sealed", None)), fields=["stream"], name="entry_forgotten"
            ),
        ),
    ]
