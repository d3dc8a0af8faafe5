from django.contrib.postgres.operations import (
    CreateExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations


class Migration(migrations.Migration):
    """Similar-text search, accent folding and vectors, before any app makes an index with them."""

    initial = True
    dependencies = []
    run_before = [("people", "0001_initial")]
    operations = [TrigramExtension(), UnaccentExtension(), CreateExtension("vector")]
