"""Occasions for the tasks of planning: evidence, forums, actions, nudges, and the look at Jira.

What goes out on a working morning is tried on one: see `MORNINGS` in `test_twice.py`.
"""

from datetime import datetime, timedelta

from intake import services as intaking
from planning import services
from planning.models import Evidence
from planning.services.initiative_queries import follow_query
from prodops.audit import services as audit
from tests.factories import forums, intake, jira, objectives, planning
from tests.factories.people import MembershipFactory, TeamFactory, UserFactory

LONG_AGO = timedelta(days=60)


class OfPlanning:
    """What `Occasions` has of planning beside epics."""

    now: datetime

    def planning_check_evidence(self):
        """Leave a link to a page of the hub that nobody has looked at."""
        one = objectives.key_result(at=self.now - LONG_AGO)
        objectives.report(one, at=self.now, evidence="/reporting/scorecard/")
        waiting = {"state": "waiting", "checked_at": None, "due_at": self.now}
        Evidence.objects.update(**waiting, claimed_until=None)
        return [Evidence.objects.get().pk]

    def planning_sweep_evidence(self):
        self.planning_check_evidence()
        return []

    def planning_measure_key_results(self):
        """Leave a key result that counts an issue of Jira."""
        jira.issue(project=jira.project("PAY"))
        objectives.key_result(
            source="jira", jira_query="project = PAY", jira_measure="count", at=self.now - LONG_AGO
        )
        return []

    def planning_refresh_queries(self):
        """Leave an initiative whose query finds an issue that came later."""
        project = jira.project("PAY")
        one = planning.initiative()
        follow_query(initiative=one, text="project = PAY", by=UserFactory(), at=self.now)
        jira.issue(project=project)
        return []

    def planning_open_owed_decisions(self):
        """Leave a request that went to P0 a day ago."""
        urgent = {"product_request": intake.product_request(), "by": UserFactory(role="ops")}
        intaking.escalate(**urgent, at=self.now - timedelta(days=1))
        return []

    def planning_prepare_forums(self):
        forums.forum(at=self.now - timedelta(days=120))
        return []

    def planning_remind_of_actions(self):
        forums.action(due_on=self.now.date(), at=self.now - timedelta(days=7))
        return []

    def planning_send_nudges(self):
        """Leave work under way that nobody ever reported on."""
        owner = UserFactory()
        MembershipFactory(user=owner, team=TeamFactory())
        planning.initiative(owner=owner, stage="delivery", at=self.now - LONG_AGO)
        return []

    def planning_send_followed(self):
        """Leave an initiative that somebody follows, with news of last week."""
        owner = UserFactory(time_zone="Europe/Berlin")
        made = planning.initiative(owner=owner, stage="delivery", at=self.now - LONG_AGO)
        audit.follow(thread=made.thread, users=[UserFactory(time_zone="Europe/Berlin")])
        told = {"text": "The load test failed.", "by": owner, "at": self.now - timedelta(days=4)}
        services.report_status(initiative=made, status="at_risk", **told)
        return []

    def planning_keep_plan_days(self):
        """Leave a committed plan that nobody looked at today."""
        planning.cycle(phase="committed", at=self.now - LONG_AGO)
        return []

    def reporting_check_truth(self):
        """Leave work under way whose issues were counted."""
        epic = jira.epic(children=3, done=1)
        planning.initiative(stage="delivery", epic=epic, at=self.now - LONG_AGO)
        return []
