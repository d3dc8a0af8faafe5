"""What becomes of a request, told in Slack to who asked there and has no account here."""

from datetime import datetime

from django.db.models import Q

from intake.models import ProductRequest, SlackAsker
from prodops.integrations.slack.outbox import queue_note
from prodops.integrations.slack.words import escaped

LONGEST_BODY = 2_000


def tell_in_slack(
    product_request: ProductRequest, *, cause: str, title: str, body: str, at: datetime
) -> None:
    """Queue a message to everybody who asked for it, or for what was merged into it, in Slack.

    Only people a stand-in filed it for: all others hear of it from the hub. Once for each cause.
    """
    own = Q(product_request=product_request)
    merged = Q(product_request__merged_into=product_request)
    askers = SlackAsker.objects.filter(own | merged).select_related("workspace")
    for asker in askers.order_by("pk"):
        person = f"{asker.workspace_id}:{asker.user_id}"
        queue_note(
            workspace=asker.workspace,
            user_id=asker.user_id,
            key=f"request:{product_request.pk}:{cause}:{person}",
            text=_words(title, body),
            at=at,
        )


def _words(title: str, body: str) -> str:
    """Return the message; everything people wrote is shown as it is, mentions and links too."""
    said = body if len(body) <= LONGEST_BODY else f"{body[:LONGEST_BODY]} …"
    lines = [f"*{escaped(' '.join(title.split()))}*", escaped(said.strip())]
    return "\n".join(line for line in lines if line)
