"""`manage.py readout 2026-10`: make a month's readout, print it, and send it when approved."""

import sys
from pathlib import Path

import orjson
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reporting import letters, words
from reporting.charts.png import NotDrawn
from reporting.metrics import periods
from reporting.models import Edition
from reporting.services import printing, readout, sending
from reporting.services.refusals import Refusal

WRONG_USE = 2


class Command(BaseCommand):
    help = "Draft the readout of a month, print it as html, text, pdf or json, and send it."

    def add_arguments(self, parser):
        parser.add_argument("month", help="Such as 2026-10.")
        parser.add_argument("--format", choices=["html", "text", "pdf", "json"], default="text")
        parser.add_argument("--output", metavar="FILE", help="Write there instead of to stdout.")
        parser.add_argument(
            "--send", action="store_true", help="Send the approved edition to its list."
        )

    def handle(self, *, month, output, send, **options):
        now = timezone.now()
        edition = self._draft(self._month(month, now), now)
        if send:
            self._send(edition, now)
            return
        content = self._printed(edition, options["format"])
        if output:
            self._write(Path(output), content)
        else:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()

    def _month(self, text, now):
        try:
            month = periods.parse(text)
        except ValueError as error:
            raise CommandError(str(error), returncode=WRONG_USE) from error
        if month.starts_at > now:
            raise CommandError(
                f"{month} has not begun; there is nothing to report.", returncode=WRONG_USE
            )
        return month

    def _draft(self, month, now):
        try:
            return readout.draft(month=month, by=None, at=now)
        except Refusal as error:
            raise CommandError(str(error), returncode=WRONG_USE) from error

    def _send(self, edition, now):
        try:
            count = sending.send(edition=edition, at=now, by=None)
        except Refusal as error:
            raise CommandError(str(error), returncode=WRONG_USE) from error
        people = "1 person" if count == 1 else f"{count} people"
        self.stderr.write(f"The readout of {edition} is on its way to {people} who had not got it.")

    def _printed(self, edition, form):
        if form == "json":
            return orjson.dumps(as_json(edition), option=orjson.OPT_INDENT_2) + b"\n"
        _, text, html = letters.compose(edition, as_mail=False)
        if form == "pdf":
            try:
                return printing.pdf(html)
            except NotDrawn as error:
                raise CommandError(str(error)) from error
        return (html if form == "html" else text).encode()

    def _write(self, path, content):
        try:
            path.write_bytes(content)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.", returncode=WRONG_USE) from error
        self.stderr.write(f"Wrote {path} ({len(content):,} bytes).")


def as_json(edition: Edition) -> dict:
    """Return an edition as plain data: what it says, figure by figure."""
    return {
        "period": edition.slug,
        "state": edition.state,
        "headline": edition.headline,
        "data_as_of": edition.data_as_of,
        "is_partial": edition.is_partial,
        "approved_by": str(edition.approved_by) if edition.approved_by_id else None,
        "log": edition.log,
        "figures": [_figure(line) for line in letters.lines(edition)],
        "charts": [chart.finding for chart in edition.charts.order_by("position")],
    }


def _figure(line: letters.Line) -> dict:
    figure, definition = line.figure, line.figure.definition
    return {
        "key": definition.key,
        "name": line.name,
        "value": figure.value,
        "unit": words.UNITS.get(definition.unit, ""),
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "previous": figure.previous,
        "status": figure.status,
        "target": figure.target,
        "definition_version": definition.version,
        "what_changed": figure.what_changed,
        "why": figure.why,
        "what_we_do": figure.what_we_do,
    }
