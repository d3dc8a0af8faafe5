"""The truth check: what people reported beside what Jira says."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import models
from django.utils import timezone

ON_TRACK_GAP = 0.10
AT_RISK_GAP = 0.25
QUIET = timedelta(days=14)


class Status(models.TextChoices):
    """How an initiative is doing, as reported or as Jira suggests."""

    UNKNOWN = "unknown", "Not reported"
    ON_TRACK = "on_track", "On track"
    AT_RISK = "at_risk", "At risk"
    OFF_TRACK = "off_track", "Off track"
    DONE = "done", "Done"


@dataclass(frozen=True)
class Truth:
    """The comparison: `suggested` is None when Jira cannot tell, `agrees` when nothing compares."""

    reported: Status
    suggested: Status | None
    sentences: list[str] = field(default_factory=list)

    @property
    def agrees(self) -> bool | None:
        if self.suggested is None or self.reported == Status.UNKNOWN:
            return None
        if self.suggested == Status.DONE:
            return self.reported in {Status.DONE, Status.ON_TRACK}
        return self.reported == self.suggested


def compare(initiative, on: date) -> Truth:
    """Judge `initiative`, annotated by `with_progress`, as things stand at the start of `on`.

    Jira suggests what follows from the last look at it, where the initiative has it annotated as
    `last_derived`. Where that could not tell, a target that is over with work left is off track.
    Before the first look it is on track while the done share is at most 10 points
    behind the elapsed share, at risk up to 25, off track beyond or when the target date is over
    with work left.
    """
    sentences = [_work(initiative), _time(initiative, on), _quiet(initiative, on)]
    return Truth(
        reported=Status(initiative.status),
        suggested=_suggest(initiative, on),
        sentences=[sentence for sentence in sentences if sentence],
    )


def _suggest(initiative, on):
    looked = getattr(initiative, "last_derived", None)
    if looked not in {None, Status.UNKNOWN}:
        return Status(looked)
    if not initiative.issues_total:
        return None
    if initiative.issues_done == initiative.issues_total:
        return Status.DONE
    if initiative.target_on and on > initiative.target_on:
        return Status.OFF_TRACK
    if looked == Status.UNKNOWN:
        return None
    elapsed = initiative.elapsed_share(on)
    if elapsed is None:
        return None
    gap = elapsed - initiative.done_share
    if gap <= ON_TRACK_GAP:
        return Status.ON_TRACK
    return Status.AT_RISK if gap <= AT_RISK_GAP else Status.OFF_TRACK


def _work(initiative):
    total, done = initiative.issues_total, initiative.issues_done
    if not total:
        return "No Jira issue counts towards it, so there is nothing to compare with."
    return f"{done} of {total} issues are finished ({done / total:.0%})."


def _time(initiative, on):
    if not initiative.target_on:
        return "There is no target date."
    if on > initiative.target_on:
        days = (on - initiative.target_on).days
        return f"The target date passed {days} day{'' if days == 1 else 's'} ago."
    elapsed = initiative.elapsed_share(on)
    if elapsed is None:
        return "There is no start date, so the time used is not known."
    return f"{elapsed:.0%} of the time is used."


def _quiet(initiative, on):
    if initiative.last_moved_at is None or initiative.issues_done == initiative.issues_total:
        return ""
    quiet = on - timezone.localdate(initiative.last_moved_at)
    return f"Nothing has moved in Jira for {quiet.days} days." if quiet > QUIET else ""
