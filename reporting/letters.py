"""The readout as mail: the same figures in HTML and in text."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from prodops.ui import markdown
from prodops.ui.mail import render_mail
from reporting import words
from reporting.models import Edition, EditionFigure

SHAPES = {"good": "●", "watch": "▲", "bad": "■", "unknown": "○"}
LINK = re.compile(r"\[((?:\\.|[^\]\\])+)\]\(([^)]+)\)")
ESCAPED = re.compile(r"\\([\\\[\]*_`<>])")
TONES = {"good": "good", "watch": "warn", "bad": "bad", "unknown": "muted"}


@dataclass(frozen=True)
class Line:
    """A figure of an edition in words, ready for a template."""

    figure: EditionFigure
    value: str
    previous: str
    change: str
    shape: str
    tone: str
    url: str

    @property
    def name(self) -> str:
        return self.figure.definition.name


def compose(edition: Edition, *, as_mail: bool) -> tuple[str, str, str]:
    """Return (subject, text, html); `as_mail` refers to pictures by content id."""
    subject = f"{settings.ORGANISATION_NAME} readout, {edition}: {edition.headline}"
    figures = lines(edition)
    context = {
        "edition": edition,
        "lines": figures,
        "charts": edition.charts.order_by("position"),
        "as_mail": as_mail,
        "live_url": f"{settings.SITE_URL}{reverse('reporting:scorecard')}?period={edition.slug}",
        "snapshot_url": f"{settings.SITE_URL}{edition.get_absolute_url()}",
    }
    text, html = render_mail("mail/readout", subject=subject, context=context)
    return subject, text, html


def lines(edition: Edition) -> list[Line]:
    """Return the figures of an edition in order, in words; one query."""
    return [
        line(figure)
        for figure in edition.figures.select_related("definition", "edited_by").order_by("position")
    ]


def line(figure: EditionFigure) -> Line:
    """Return one figure in words; needs its definition loaded."""
    unit = figure.definition.unit
    known = figure.value is not None and figure.previous is not None and not figure.is_partial
    return Line(
        figure=figure,
        value=words.amount(figure.value, unit),
        previous=words.amount(figure.previous, unit),
        change=words.change((figure.value or 0) - (figure.previous or 0), unit) if known else "",
        shape=SHAPES.get(figure.status, SHAPES["unknown"]),
        tone=TONES.get(figure.status, TONES["unknown"]),
        url=f"{settings.SITE_URL}{reverse('reporting:figure', args=[figure.definition.key])}"
        f"?period={figure.edition.slug}",
    )


def html_of(text: str) -> str:
    """Return a person's Markdown as HTML whose links work from a mail."""
    return markdown.render(absolute(text))


def plain(text: str) -> str:
    """Return a person's Markdown as it reads in a text mail: links written out."""
    spelt = LINK.sub(r"\1 (\2)", absolute(text))
    return ESCAPED.sub(r"\1", spelt)


def absolute(text: str) -> str:
    """Give links inside the hub its address."""
    return re.sub(r"\]\(/(?!/)", f"]({settings.SITE_URL}/", text)
