"""The figures of a month on the command line."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from prodops.people.models import Team
from reporting import readings, words
from reporting.metrics import periods
from reporting.services import figures


class Command(BaseCommand):
    help = "Print the KPIs of a month, computing them when they are missing."

    def add_arguments(self, parser):
        parser.add_argument("--period", required=True, metavar="YYYY-MM", help="Such as 2026-10.")
        parser.add_argument("--team", metavar="SLUG", help="One team instead of the organisation.")
        parser.add_argument("--json", action="store_true", help="A JSON list instead of a table.")

    def handle(self, *, period, team, **options):
        at = timezone.now()
        month, scope = _month(period, at), _scope(team)
        figures.ensure(month=month, at=at)
        found = readings.read_all(period=month, team=scope)
        if options["json"]:
            rows = [_row(reading, scope) for reading in found]
            return json.dumps(rows, indent=2, ensure_ascii=False)
        return _table(found)


def _month(text, at):
    try:
        month = periods.parse(text)
    except ValueError as error:
        raise CommandError(str(error), returncode=2) from error
    if month.starts_at > at:
        current = periods.containing(at).slug
        raise CommandError(f"{month.name} has not begun; ask for {current}.", returncode=2)
    return month


def _scope(slug):
    team = Team.objects.filter(slug=slug).first() if slug and slug.isprintable() else None
    if slug and team is None:
        known = ", ".join(Team.objects.order_by("slug").values_list("slug", flat=True)[:20])
        raise CommandError(
            f"There is no team “{slug}”. Teams: {known or 'none yet'}.", returncode=2
        )
    return team


EMPTY = {
    "value": None,
    "numerator": None,
    "denominator": None,
    "n": 0,
    "excluded": {},
    "companions": {},
    "low": None,
    "high": None,
    "note": "not computed",
    "is_partial": False,
}


def _row(reading, team):
    value, definition = reading.value, reading.definition
    return {
        "key": definition.key,
        "name": definition.name,
        "period": reading.period.slug,
        "scope": team.slug if team else "organisation",
        "unit": definition.unit,
        **{name: getattr(value, name, empty) for name, empty in EMPTY.items()},
        "target": words.target(definition),
        "target_low": definition.target_low,
        "target_high": definition.target_high,
        "status": reading.status,
        "status_word": reading.status_word,
        "change": reading.change,
        "signal": reading.signal.word,
        "data_as_of": value.data_as_of.isoformat() if value and value.data_as_of else None,
        "definition_version": definition.version,
    }


def _table(found):
    lines = [f"{'KPI':<34}{'Value':>20}  {'Target':<34}{'Status':<24}Rests on"]
    for reading in found:
        lines.append(
            f"{reading.definition.key:<4} {reading.definition.name:<29}"
            f"{words.value(reading.value, reading.definition):>20}  "
            f"{words.target(reading.definition):<34}{reading.status_word:<24}"
            f"{words.rests_on(reading.value)}"
        )
    return "\n".join(lines)
