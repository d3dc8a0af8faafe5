"""The readout's life: drafted from the month's figures, edited, approved, never changed again."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from intake.models import ProductRequest
from prodops.audit import services as audit
from prodops.people.models import User
from reporting import narrative, readings, tasks, words
from reporting.charts.catalogue import CHARTS
from reporting.metrics.periods import Period
from reporting.models import Edition, EditionChart, EditionFigure, IssueFlow, MetricValue
from reporting.readings import Reading
from reporting.services import reasons
from reporting.services.figures import ensure
from reporting.services.refusals import Refusal

KEPT_WORDS = ("why", "what_we_do", "edited_by", "edited_at")


def draft(*, month: Period, by: User | None, at: datetime) -> Edition:
    """Make the month's edition, or draw its figures anew while it is a draft.

    What a person wrote is kept. An approved edition is returned as it is. Refused for a month
    before the first record.
    """
    if not _has_records(month):
        raise Refusal(f"There is no record from {month} or before it; nothing can be reported.")
    ensure(month=month, at=at)
    with transaction.atomic():
        edition = _open(month, by=by, at=at)
        if edition.is_draft:
            _draw_figures(edition, month, at)
            _draw_charts(edition, min(at, month.ends_at))
        return edition


def _has_records(month: Period) -> bool:
    return (
        ProductRequest.objects.filter(submitted_at__lt=month.ends_at).exists()
        or IssueFlow.objects.filter(created_at__lt=month.ends_at).exists()
        or MetricValue.objects.filter(period_start__lte=month.start, n__gt=0).exists()
    )


def _open(month: Period, *, by: User | None, at: datetime) -> Edition:
    """Return the month's edition, held; of two who make it at once, one makes it."""
    held = Edition.objects.select_for_update(of=("self",)).select_related("thread")
    if found := held.filter(period_start=month.start).first():
        return found
    try:
        with transaction.atomic():
            return _create(month, by=by, at=at)
    except IntegrityError:
        return held.get(period_start=month.start)


def _create(month: Period, *, by: User | None, at: datetime) -> Edition:
    edition = Edition(period_start=month.start, period_end=month.end, drafted_at=at)
    edition.thread = audit.open_thread(
        kind="readout",
        key=edition.key,
        title=f"Readout {month.name}",
        path=edition.get_absolute_url(),
    )
    edition.save()
    audit.record(
        "readout.drafted", thread=edition.thread, summary="drafted the readout", by=by, at=at
    )
    return edition


def _draw_figures(edition: Edition, month: Period, at: datetime) -> None:
    former = _with_definitions(edition)
    written = {figure.definition.key: figure for figure in former}
    read = readings.read_all(period=month, team=None)
    earlier = {
        one.definition.key: one for one in readings.read_all(period=month.shifted(-1), team=None)
    }
    edition.figures.all().delete()
    figures = [_figure(edition, place, one, earlier) for place, one in enumerate(read)]
    for figure in figures:
        _keep_words(figure, written.get(figure.definition.key))
    EditionFigure.objects.bulk_create(figures)
    moments = [figure.data_as_of for figure in figures if figure.data_as_of]
    edition.data_as_of = min(moments, default=None)
    edition.is_partial = month.is_partial(at)
    drafted = narrative.headline((one.definition.name, one.status) for one in former)
    if edition.headline in {"", drafted}:
        edition.headline = narrative.headline((one.definition.name, one.status) for one in read)
    edition.save(update_fields=["data_as_of", "is_partial", "headline"])


def _keep_words(figure: EditionFigure, written: EditionFigure | None) -> None:
    if written is not None and written.edited_at:
        for name in KEPT_WORDS:
            setattr(figure, name, getattr(written, name))


def _figure(
    edition: Edition, place: int, reading: Reading, earlier: dict[str, Reading]
) -> EditionFigure:
    kept, limits = reading.value, reading.signal.limits
    before = earlier.get(reading.definition.key)
    return EditionFigure(
        edition=edition,
        definition=reading.definition,
        position=place,
        value=kept.value if kept else None,
        numerator=kept.numerator if kept else None,
        denominator=kept.denominator if kept else None,
        n=kept.n if kept else 0,
        previous=reading.previous.value if reading.previous else None,
        status=reading.status,
        status_word=reading.status_word,
        previous_status=before.status if before else "unknown",
        target=words.target(reading.definition),
        is_signal=reading.signal.is_signal,
        lower_limit=limits.low if limits else None,
        upper_limit=limits.high if limits else None,
        is_partial=kept.is_partial if kept else False,
        excluded=kept.excluded if kept else {},
        data_as_of=kept.data_as_of if kept else None,
        what_changed=narrative.what_changed(reading),
        why=reasons.draft(reading),
    )


def _draw_charts(edition: Edition, moment: datetime) -> None:
    """Draw the organisation's charts as they stood at `moment`; pictures are made on approval."""
    edition.charts.all().delete()
    drawn = ((slug, chart.draw(None, moment)) for slug, chart in sorted(CHARTS.items()))
    EditionChart.objects.bulk_create(
        EditionChart(
            edition=edition,
            slug=slug,
            finding=drawing.finding,
            figure=drawing.figure,
            table=drawing.table,
            position=place,
        )
        for place, (slug, drawing) in enumerate(drawn)
    )


@transaction.atomic
def edit_figure(
    *, figure: EditionFigure, why: str, what_we_do: str, by: User, at: datetime
) -> EditionFigure:
    """Put a person's words beside a figure of a draft."""
    edition = _hold(figure.edition)
    _refuse_unless_draft(edition)
    # The figures may have been drawn anew, as other rows, since this one was read.
    key = figure.definition.key
    figure = edition.figures.select_related("definition").get(definition__key=key)
    figure.why, figure.what_we_do = why.strip(), what_we_do.strip()
    figure.edited_by, figure.edited_at = by, at
    figure.save(update_fields=["why", "what_we_do", "edited_by", "edited_at"])
    audit.record(
        "readout.edited",
        thread=edition.thread,
        summary=f"wrote about {figure.definition.name.lower()}",
        by=by,
        at=at,
    )
    return figure


@transaction.atomic
def edit_headline(*, edition: Edition, headline: str, by: User, at: datetime) -> Edition:
    """Change the first line of a draft."""
    edition = _hold(edition)
    _refuse_unless_draft(edition)
    before, edition.headline = edition.headline, " ".join(headline.split())
    edition.save(update_fields=["headline"])
    audit.record(
        "readout.edited",
        thread=edition.thread,
        summary="changed the headline",
        before=before[:200],
        after=edition.headline[:200],
        by=by,
        at=at,
    )
    return edition


@transaction.atomic
def approve(*, edition: Edition, send_on: date | None, by: User, at: datetime) -> Edition:
    """Freeze the figures and words; workers then make the mail, and send it on `send_on`.

    Refused while a KPI that crossed its threshold has no reason in a person's words.
    """
    edition = _hold(edition)
    _refuse_unless_draft(edition)
    silent = [f.definition.name for f in _with_definitions(edition) if f.needs_a_note]
    if silent:
        raise Refusal(f"Say why these crossed their target: {', '.join(silent)}.")
    edition.state, edition.send_on = Edition.State.APPROVED, send_on
    edition.approved_by, edition.approved_at = by, at
    edition.save(update_fields=["state", "send_on", "approved_by", "approved_at"])
    audit.record(
        "readout.approved",
        thread=edition.thread,
        summary="approved the readout",
        before="Draft",
        after="Approved",
        detail=f"It leaves on {send_on:%-d %B %Y}."
        if send_on
        else "It leaves when someone sends it.",
        by=by,
        at=at,
    )
    tasks.compose_readout.delay_on_commit(edition.pk)
    return edition


def _with_definitions(edition: Edition) -> Sequence[EditionFigure]:
    return list(edition.figures.select_related("definition").order_by("position"))


def _hold(edition: Edition) -> Edition:
    return (
        Edition.objects.select_for_update(of=("self",)).select_related("thread").get(pk=edition.pk)
    )


def _refuse_unless_draft(edition: Edition) -> None:
    if not edition.is_draft:
        raise Refusal(f"The readout of {edition} is approved; it stays as it is.")
