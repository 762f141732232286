"""One kind of record, as large as a note of ours, all in one partition."""

import os

from django.db import models
from morango.models import SyncableModel


class Record(SyncableModel):
    """What an officer wrote."""

    morango_model_name = "record"
    morango_profile = "bench"

    stream = models.CharField(max_length=36)
    actor = models.CharField(max_length=36)
    occurred_at = models.CharField(max_length=32)
    text = models.TextField()

    def calculate_source_id(self):
        return None

    def calculate_partition(self):
        return os.environ["BENCH_PARTITION"]
