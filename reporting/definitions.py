"""The KPIs as they ship; the database keeps every version, the organisation its own targets.

The wording of each formula is METRICS in short: docs/metrics.md has the whole of it.
"""

from typing import Any

OWNED_BY_CODE = (
    "slug",
    "name",
    "question",
    "formula",
    "unit",
    "direction",
    "target_basis",
    "target_from_n",
    "grain",
    "source",
    "counter_metric",
    "data_class",
)
OWNED_BY_PEOPLE = ("target_low", "target_high", "owner")

DEFINITIONS: tuple[dict[str, Any], ...] = (
    {
        "key": "K1",
        "slug": "status-accuracy",
        "name": "Roadmap status accuracy",
        "question": "Do the reports of initiatives say what Jira says?",
        "formula": (
            "Of the weekly looks at initiatives under way, the share whose report was updated "
            "within seven days and says what follows from Jira: on track while 85 of 100 "
            "simulated runs are done within five business days of the target, at risk while half "
            "are done by the target, off track otherwise. Without a target date a report is not "
            "accurate; without issues, or anything to forecast from, it is left out and counted, "
            "as what rests is. Beside it how the reports of four weeks before a target came out, "
            "and how many forecasts were right about their 85 %."
        ),
        "unit": "percent",
        "direction": "up",
        "target_low": 90.0,
        "grain": "month",
        "source": "Weekly looks at Jira",
        "counter_metric": "K3",
    },
    {
        "key": "K2",
        "slug": "planning-on-time",
        "name": "Planning on time",
        "question": "Does planning itself keep its dates?",
        "formula": (
            "Of the cycle's milestones that were due by now, or by its end, the share reached by "
            "the end of the day set at the kick-off. Planning a milestone anew does not move that "
            "day. What is not due yet, is due only after the cycle, or was cancelled by a recorded "
            "decision is left out and counted."
        ),
        "unit": "percent",
        "direction": "up",
        "target_low": 100.0,
        "grain": "cycle",
        "source": "Milestones of the cycle",
        "counter_metric": "K3",
    },
    {
        "key": "K3",
        "slug": "delivery-predictability",
        "name": "Delivery predictability",
        "question": "Do we deliver what we committed to?",
        "formula": (
            "Of the initiatives committed when the cycle was three business days old, the share "
            "delivered before it ended. What was added later never counts; what was dropped stays "
            "in the denominator, unless a decision removed it before the middle of the cycle. "
            "Beside it the same in story points: finished points of their Jira issues ÷ all; and, "
            "where business values were given, SAFe's variant: actual value of committed and "
            "stretch work ÷ planned value of committed work, which may pass 100 % and is healthy "
            "at 80–100 %."
        ),
        "unit": "percent",
        "direction": "range",
        "target_low": 70.0,
        "target_high": 85.0,
        "grain": "cycle",
        "source": "Commitments of the cycle",
    },
    {
        "key": "K4",
        "slug": "cycle-time",
        "name": "Cycle time",
        "question": "How long does work take from start to finish?",
        "formula": (
            "Median elapsed days from the first entry into a started status to the last entry into "
            "a finished one, of the issues finished in the month. Reopened work counts to its last "
            "finish; work that was finished without ever being started is left out and counted. "
            "Beside it the days to release, of the issues released in the month: to the day of "
            "their first released version or to their launch, else to the finish; and the same "
            "days by class of service: expedited, due on a fixed date, standard."
        ),
        "unit": "days",
        "direction": "down",
        "target_low": -20.0,
        "target_high": -10.0,
        "target_basis": "change",
        "source": "Jira status changes",
        "counter_metric": "K16",
    },
    {
        "key": "K5",
        "slug": "stalled-work",
        "name": "Stalled work in progress",
        "question": "How much of what we started is stuck?",
        "formula": (
            "Of the issues started and not finished at the end of the month, the share older than "
            "twice the normal: the median cycle time of the same team and type over the 90 days "
            "before (180 days, then the whole organisation, when fewer than ten finished). Beside "
            "it the share blocked for more than five days in all since the start: flagged, or in a "
            "status called “Blocked”."
        ),
        "unit": "percent",
        "direction": "down",
        "target_high": 10.0,
        "source": "Jira status changes",
        "counter_metric": "T1",
    },
    {
        "key": "K7",
        "slug": "time-to-triage",
        "name": "Time to triage",
        "question": "How soon does a request have a category and an owner?",
        "formula": (
            "Median business days from submission to triage of the requests submitted in a month. "
            "Requests still waiting count as waiting (Kaplan–Meier), so a growing backlog cannot "
            "improve the number. Spam is left out."
        ),
        "unit": "business_days",
        "direction": "down",
        "target_high": 3.0,
        "source": "Requests",
        "counter_metric": "K8",
    },
    {
        "key": "K8",
        "slug": "duplicates-found",
        "name": "Duplicates found",
        "question": "How many requests join an existing one?",
        "formula": (
            "Of the requests submitted in the month, spam left out, the share merged into another. "
            "A merge that was undone does not count. Settled 30 days after the month. The target "
            "holds from 50 requests a month."
        ),
        "unit": "percent",
        "direction": "range",
        "target_low": 20.0,
        "target_high": 40.0,
        "target_from_n": 50,
        "source": "Requests and merges",
        "counter_metric": "K7",
    },
    {
        "key": "K9",
        "slug": "launch-readiness",
        "name": "Launch readiness",
        "question": "Were launches ready when they went live?",
        "formula": (
            "Over the launches that went live in the month: required items complete at that time, "
            "with the evidence and approval they ask for, divided by required items that applied. "
            "Waived items leave both sides; items added afterwards are ignored."
        ),
        "unit": "percent",
        "direction": "up",
        "target_low": 95.0,
        "source": "Launch items and sign-offs",
        "counter_metric": "K7",
    },
    {
        "key": "K13",
        "slug": "objective-evidence",
        "name": "Evidence behind objectives",
        "question": "Do key results prove where they stand?",
        "formula": (
            "Of the key results of active objectives at the end of the month, the share with a "
            "unit, a baseline and a target, a value given in the 31 days before, and evidence of "
            "these days that could be reached. A link is broken when it fails and a day later "
            "fails again. Drafts and dropped key results are left out and counted."
        ),
        "unit": "percent",
        "direction": "up",
        "target_low": 90.0,
        "source": "Key results and their check-ins",
        "counter_metric": "K3",
    },
    {
        "key": "K14",
        "slug": "decision-log-completeness",
        "name": "Decision log completeness",
        "question": "Is what had to be decided on record, and why?",
        "formula": (
            "Of the key decisions called for in the month, the share taken within five business "
            "days with a decider, a rationale of 40 characters and an alternative that was turned "
            "down. Called for are slips after the commit, dropped commitments, waivers, "
            "go/no-gos, overridden priorities, declined requests of high ARR, escalations to P0, "
            "changed KPI targets, and what a person flags. Those inside their five days are left "
            "out; one that replaces another counts once."
        ),
        "unit": "percent",
        "direction": "up",
        "target_low": 85.0,
        "source": "Decisions",
        "counter_metric": "K3",
    },
    {
        "key": "K16",
        "slug": "jira-data-quality",
        "name": "Jira data quality",
        "question": "Can the Jira records be trusted?",
        "formula": (
            "Checks passed divided by checks that apply, over the issues open or finished in the "
            "month: a type its project allows, description, assignee, priority, parent, updated "
            "within 60 days, resolution exactly when done, no open children when done, estimate "
            "where the project estimates. A check that does not apply is not a pass. Where the "
            "types a project allows are not known, that check is left out and counted."
        ),
        "unit": "percent",
        "direction": "up",
        "target_low": 90.0,
        "source": "Jira issues",
    },
    {
        "key": "T1",
        "slug": "throughput",
        "name": "Throughput",
        "question": "How much work do we finish?",
        "formula": "Issues finished in the month. Abandoned work is counted apart.",
        "unit": "items",
        "direction": "neutral",
        "source": "Jira status changes",
        "counter_metric": "K4",
    },
)
