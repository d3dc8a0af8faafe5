"""The archive of readouts: columns and filters."""

from prodops.ui import lists
from reporting.models import Edition

READOUTS = lists.ListPage(
    slug="readouts",
    title="Readouts",
    columns=(
        lists.Column("month", "Month", str, order=("period_start",)),
        lists.Column("headline", "Headline", lambda each: each.headline),
        lists.Column("state", "State", lambda each: each.get_state_display(), order=("state",)),
        lists.Column(
            "on_target", "On target", lambda each: f"{each.good_count} of {each.judged_count}"
        ),
        lists.Column("sent", "Sent to", lambda each: each.delivery_count, numeric=True),
        lists.Column("approved", "Approved", lambda each: each.approved_at, order=("approved_at",)),
    ),
    filters=(
        lists.Filter(
            "state",
            "State",
            lambda user: Edition.State.choices,
            lambda queryset, value, user: queryset.filter(state=value),
        ),
    ),
    search=("headline__icontains",),
    order=("-period_start", "-pk"),
    row_template="reporting/readouts/_readout_row.html",
    empty_title="No readouts yet",
    empty_text="A readout freezes a month's figures, says what changed and why, and is mailed.",
    noun="readout",
    nouns="readouts",
)
