"""Occasions of the tasks behind the API and Slack."""

import uuid
from datetime import timedelta

from prodops.integrations.slack.models import Call
from prodops.people.models import StoredAnswer
from tests.factories import intake, slack
from tests.factories.people import UserFactory

NOWHERE = "http://127.0.0.1:9/api"


class OfDoors:
    """A part of `Occasions`."""

    def intake_answer_slack(self):
        """Leave a call whose answer does not reach Slack."""
        intake.RequestKindFactory()
        return [self._call().pk]

    def intake_sweep_slack(self):
        """Leave a call whose workers stopped in every attempt."""
        long_ago = self.now - timedelta(hours=1)
        self._call(attempts=3, leased_until=long_ago, received_at=long_ago)
        return []

    def slack_deliver_note(self):
        """Leave a message that does not reach Slack."""
        return [slack.note(slack.workspace(NOWHERE), at=self.now).pk]

    def slack_sweep_notes(self):
        """Leave a message whose worker died before it had handed it over."""
        died = {"state": "sending", "token": uuid.uuid4(), "attempts": 1}
        lease = self.now - timedelta(minutes=1)
        slack.note(slack.workspace(NOWHERE), at=self.now, lease_until=lease, **died)
        return []

    def people_forget_answers(self):
        """Leave an answer of last week."""
        asked = {"user": UserFactory(), "key": "k", "request_hash": "0" * 64}
        StoredAnswer.objects.create(
            status=201, body=b"{}", at=self.now - timedelta(days=7), **asked
        )
        return []

    def _call(self, **fields):
        said = dict.fromkeys(("user_name", "response_url", "trigger_id", "team_id"), "")
        said |= {"user_id": "U1", "text": "Export all invoices"}
        given = {"payload": said, "body_hash": b"0" * 32, "received_at": self.now, **fields}
        workspace = slack.workspace(NOWHERE)
        return Call.objects.create(workspace=workspace, kind=Call.Kind.COMMAND, **given)
