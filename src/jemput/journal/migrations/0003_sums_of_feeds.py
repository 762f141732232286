"""Each row of a feed carries the sum of all rows so far."""

from django.db import migrations, models

from jemput.journal.feeds import SUMS, weight


def add_up(apps, schema_editor):
    """Sums of the rows that stand there already."""
    Feed, FeedRow = apps.get_model("journal", "Feed"), apps.get_model("journal", "FeedRow")
    for feed in Feed.objects.order_by("id"):
        found = FeedRow.objects.filter(feed_id=feed.id).order_by("seq")
        total = 0
        for seq, type, stream, entry in found.values_list("seq", "type", "stream_id", "entry__id"):
            total = (total + weight(type, stream, entry)) % SUMS
            FeedRow.objects.filter(feed_id=feed.id, seq=seq).update(total=total)
        Feed.objects.filter(id=feed.id).update(total=total)


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_tie_breaking_indexes")]

    operations = [
        migrations.AddField("feed", "total", models.BigIntegerField(default=0)),
        migrations.AddField("feedrow", "total", models.BigIntegerField(default=0)),
        migrations.RunPython(add_up, migrations.RunPython.noop, elidable=True),
    ]
