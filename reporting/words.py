"""Numbers as people read them: with unit, sign and target."""

from reporting.metrics.figure import HIDDEN_BELOW
from reporting.models import MetricDefinition, MetricValue

UNITS = {"percent": "%", "days": "days", "business_days": "business days", "items": "items"}
SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
COMPANIONS = {
    "undecided": ("Not decided", "items"),
    "decided_late": ("Decided after five business days", "items"),
    "one_sided": ("Decided without alternatives", "items"),
    "days_to_decide": ("Business days to a decision, median", "business_days"),
    "p85": ("85th percentile", "days"),
    "lead_median": ("Lead time, median", "days"),
    "lead_p85": ("Lead time, 85th percentile", "days"),
    "reopened": ("Reopened on the way", "items"),
    "shipped_median": ("Start to release, median", "days"),
    "shipped_p85": ("Start to release, 85th percentile", "days"),
    "shipped_lead_median": ("Idea to release, median", "days"),
    "shipped": ("Released in the month", "items"),
    "by_release": ("Of them by a version or launch", "items"),
    "unreleased": ("Finished, not released yet", "items"),
    "in_progress": ("In progress", "items"),
    "blocked_now": ("Blocked at that moment", "items"),
    "blocked_long": ("Blocked for more than five days", "percent"),
    "within_3_days": ("Within three business days", "percent"),
    "still_waiting": ("Still waiting", "items"),
    "suggested": ("Merged from a suggestion", "items"),
    "found_by_hand": ("Found by hand", "items"),
    "replanned": ("Re-planned since the kick-off", "items"),
    "unplanned_delivered": ("Unplanned, delivered", "items"),
    "stretch_delivered": ("Stretch, delivered", "items"),
    "dropped": ("Dropped, and still promised", "items"),
    "points_share": ("The same in story points", "percent"),
    "points_promised": ("Points promised", "items"),
    "points_finished": ("Points finished", "items"),
    "unestimated": ("Promised without estimates", "items"),
    "value_share": ("In business value, as SAFe counts it", "percent"),
    "value_reached": ("Business value reached", "items"),
    "value_planned": ("Business value planned", "items"),
    "unvalued": ("Without a business value, left out", "items"),
    "accuracy_stale": ("Agree, and older than a week", "items"),
    "accuracy_differs": ("Differ from Jira", "items"),
    "accuracy_unreported": ("Never reported", "items"),
    "accuracy_no_date": ("Without a target date", "items"),
    "on_track_reports": ("Reported on track four weeks before the target", "items"),
    "on_track_kept": ("Of them done in time", "percent"),
    "brier": ("Brier score of forecasts (0 is right, 25 a coin, 100 wrong)", "hundredths"),
    "forecasts_ended": ("Forecasts of work that ended", "items"),
    "within_p85": ("Of them done by their 85 %", "percent"),
    "measured": ("With unit, baseline and target", "percent"),
    "fresh_value": ("With a value of the last 31 days", "percent"),
    "evidenced": ("With evidence that can be reached", "percent"),
    "launches": ("Launches", "items"),
    "fully_ready_launches": ("Launches ready in full", "percent"),
    "late": ("Completed too late", "items"),
    "issues": ("Issues checked", "items"),
    "description": ("Has a description", "percent"),
    "assignee": ("Has an assignee once started", "percent"),
    "priority": ("Has a priority", "percent"),
    "parent": ("Parent is valid", "percent"),
    "fresh": ("Open and updated within 60 days", "percent"),
    "resolution": ("Resolution exactly when done", "percent"),
    "children": ("Done with no open children", "percent"),
    "estimate": ("Has an estimate", "percent"),
    "type": ("Type is one of its project's", "percent"),
}
CLASSES = {"expedite": "Expedite", "fixed_date": "Fixed date", "standard": "Standard"}
OF_CLASSES = {f"{name}_{part}" for name in CLASSES for part in ("n", "median", "p85")}
REASONS = {
    "no_start": "finished without being started",
    "abandoned": "abandoned",
    "no_normal": "no normal to compare with",
    "type_unknown": "types not checked",
    "spam": "spam or tests",
    "imported": "sorted before they were imported",
    "not_due": "not due yet",
    "cancelled": "cancelled by decision",
    "after_end": "due only after the cycle",
    "descoped": "descoped by decision",
    "withdrawn": "withdrawn before the plan froze",
    "unplanned": "unplanned",
    "stretch": "stretch",
    "draft": "in drafts",
    "dropped": "dropped",
    "waived": "waived",
    "unrated": "nothing to compare with",
    "paused": "paused",
    "replacing": "replacing another that counts",
    "not_applicable": "not applicable",
}


def number(amount: float | None, unit: str) -> str:
    """Return the bare number as precise as its unit deserves; an en dash for none."""
    if amount is None:
        return "–"
    if unit == "items" or (unit == "business_days" and float(amount).is_integer()):
        return f"{amount:,.0f}"
    return f"{amount:,.1f}".removesuffix(".0")


def unit_of(given: float, unit: str) -> str:
    """Return the unit that belongs to a number as it is written: "1 day", "1.2 days"."""
    name = UNITS.get(unit, unit)
    return name.removesuffix("s") if number(abs(given), unit) == "1" else name


def amount(given: float | None, unit: str) -> str:
    """Return a number with its unit: "82.4 %", "3.1 days"."""
    if given is None:
        return "n/a"
    return f"{number(given, unit)}{SPACE}{unit_of(given, unit)}"


def value(kept: MetricValue | None, definition: MetricDefinition) -> str:
    """Return a kept value with its unit, or why there is none."""
    if kept is None:
        return "not computed"
    if kept.value is None and kept.low is not None:
        return f">{SPACE}{amount(kept.low, definition.unit)}"
    return kept.note if kept.value is None else amount(kept.value, definition.unit)


def change(given: float | None, unit: str) -> str:
    """Return a signed difference: "+3.2 points", "−1.4 days"."""
    if given is None:
        return ""
    if number(given, unit) in {"0", "-0"}:
        return "unchanged"
    sign, size = "+" if given > 0 else MINUS, number(abs(given), unit)
    points = "point" if size == "1" else "points"
    return f"{sign}{size}{SPACE}{points if unit == 'percent' else unit_of(given, unit)}"


def target(definition: MetricDefinition) -> str:
    """Return the target in words: "70–85 %", "under 3 business days", "at least 90 %"."""
    low, high = definition.target_low, definition.target_high
    if low is None and high is None:
        return "none"
    if definition.target_basis == MetricDefinition.TargetBasis.CHANGE:
        return f"{-(high or 0):g}–{-(low or 0):g}{SPACE}% lower than six months before"
    kind = definition.unit
    if low is not None and high is not None:
        return f"{low:g}–{high:g}{SPACE}{unit_of(high, kind)}"
    if high is None:
        return f"at least {low:g}{SPACE}{unit_of(low, kind)}"
    return f"under {high:g}{SPACE}{unit_of(high, kind)}"


def rests_on(kept: MetricValue | None) -> str:
    """Return what a figure rests on: "41 of 50", "n = 37"."""
    if kept is None:
        return ""
    if kept.denominator is None:
        return f"n = {kept.n:,}"
    return f"{kept.numerator or 0:,.0f} of {kept.denominator:,.0f}"


def excluded(kept: MetricValue | None) -> str:
    """Return what was left out and why: "3 finished without being started"."""
    if kept is None:
        return ""
    return ", ".join(
        f"{count:,} {REASONS.get(reason, reason.replace('_', ' '))}"
        for reason, count in kept.excluded.items()
    )


def companions(kept: MetricValue | None) -> list[tuple[str, str]]:
    """Return the numbers beside the value as (label, amount)."""
    if kept is None:
        return []
    places = {name: place for place, name in enumerate(COMPANIONS)}
    shown = sorted(kept.companions.keys() - OF_CLASSES, key=lambda name: places.get(name, 99))
    named = [(*COMPANIONS.get(name, (name, "items")), kept.companions[name]) for name in shown]
    return [
        (label, number(given, unit) + (" %" if unit == "percent" else ""))
        if unit != "days"
        else (label, amount(given, unit))
        for label, unit, given in named
        if given is not None
    ]


def classes(kept: MetricValue | None) -> list[tuple[str, int, str, str]]:
    """Return each class of service with any issue: its name, n, median and 85th percentile."""
    beside = kept.companions if kept else {}
    return [
        (label, beside[f"{name}_n"], *(_of_class(beside, name, part) for part in ("median", "p85")))
        for name, label in CLASSES.items()
        if beside.get(f"{name}_n")
    ]


def _of_class(beside: dict[str, float | None], name: str, part: str) -> str:
    known = beside.get(f"{name}_{part}")
    return amount(known, "days") if known is not None else f"hidden below {HIDDEN_BELOW}"
