"""Decisions as Markdown files, under the headings of MADR, the format for such records."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.text import slugify

from planning.models import Decision
from prodops.ui.words import one_line

ROWS_AT_ONCE = 200
LONGEST_NAME = 60


def file_name(decision: Decision) -> str:
    """Return a name that any file system takes, such as "dec-4-which-vendor.md"."""
    words = slugify(decision.title)[:LONGEST_NAME].strip("-")
    return "-".join(part for part in (decision.key.lower(), words) if part) + ".md"


def lines(rows) -> Iterator[str]:
    """Yield decisions one after the other; each is one Markdown document with a rule between."""
    related = rows.select_related(
        "decider", "initiative", "cycle", "team", "supersedes", "superseded_by"
    ).prefetch_related("options", "consulted")
    is_first = True
    for decision in related.iterator(chunk_size=ROWS_AT_ONCE):
        yield "" if is_first else "\n---\n\n"
        yield document(decision)
        is_first = False


def document(decision: Decision) -> str:
    """Return one decision as a document; sections that have nothing to say are left out."""
    parts = [
        f"# {decision.key} {one_line(decision.title)}",
        "\n".join(f"* {label}: {value}" for label, value in _facts(decision) if value),
        _section("Context and Problem Statement", decision.context),
        *_outcome(decision),
        _section("More Information", "\n".join(_more(decision))),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _facts(decision: Decision):
    replacement = getattr(decision, "superseded_by", None)
    status = decision.get_state_display()
    yield "Status", f"{status} by {replacement.key}" if replacement else status
    yield "Date", _day(decision.decided_at) if decision.decided_at else ""
    yield "Deciders", str(decision.decider or "")
    yield "Consulted", ", ".join(sorted(user.name for user in decision.consulted.all()))


def _outcome(decision: Decision) -> list[str]:
    options = sorted(decision.options.all(), key=lambda each: each.position)
    listed = "\n".join(f"* {one_line(each.text)}" for each in options)
    turned_down = "\n\n".join(
        f"### {one_line(each.text)}\n\nTurned down: {each.why_rejected}"
        for each in options
        if not each.is_chosen
    )
    is_decided = not decision.is_stub
    return [
        _section("Considered Options", listed),
        _section("Decision Outcome", decision.decision if is_decided else "To decide."),
        _section("Rationale", decision.rationale if is_decided else ""),
        _section("Pros and Cons of the Options", turned_down),
    ]


def _more(decision: Decision):
    yield f"* Called for by: {one_line(decision.called_for_by)}"
    yield f"* Opened: {_day(decision.opened_at)}"
    for label, record in (("Initiative", decision.initiative), ("Cycle", decision.cycle)):
        if record:
            yield f"* {label}: {record.key} {one_line(str(record))}"
    if decision.supersedes:
        yield f"* Supersedes: {decision.supersedes.key} {one_line(decision.supersedes.title)}"
    if decision.review_on:
        yield f"* Review: {decision.review_on:%Y-%m-%d}"


def _section(title: str, text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    return f"## {title}\n\n{text}" if text else ""


def _day(moment) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d}"
