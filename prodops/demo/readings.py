"""The figures of the demo's months, and a readout for each of the last six."""

from datetime import timedelta

from prodops.demo.world import World, working
from reporting.metrics import periods
from reporting.models import Edition, EditionFigure
from reporting.services import figures, flow, readers, readout

REASONS = [
    "Two launches were moved by the failed load test; the squads spent the week on the fix.",
    "Peak season: half of the capacity went into support of the large accounts.",
    "The new triage rota works: nobody waits over the weekend any more.",
]
ACTIONS = [
    "Load tests start two weeks earlier from the next launch on. Owner: Jonas Weber.",
    "We keep the rota and look again in a month. Owner: Rosa Martens.",
]


def fill(world: World) -> None:
    """Compute sixteen months, and draft, approve and (in the record) send the last readouts."""
    for person in (*world.executives, *world.ops):
        readers.add_reader(email=person.email, name=person.name, time_zone=person.time_zone)
    current = periods.containing(world.now)
    flow.rebuild(at=world.now)
    figures.recompute(
        months=periods.between(current.shifted(-15), current), at=world.now, cause="Demo"
    )
    for back in range(6, 0, -1):
        month = current.shifted(-back)
        _publish(world, month, is_last=back == 1)


def _publish(world: World, month: periods.Period, *, is_last: bool) -> None:
    chief = world.ops[0]
    at = working(month.ends_at + timedelta(days=2))
    edition = readout.draft(month=month, by=chief, at=min(at, world.now))
    for figure in EditionFigure.objects.filter(edition=edition).select_related("edition__thread"):
        if figure.crossed:
            readout.edit_figure(
                figure=figure,
                why=f"{figure.why}\n\n{world.dice.choice(REASONS)}".strip(),
                what_we_do=world.dice.choice(ACTIONS),
                by=chief,
                at=min(at + timedelta(hours=2), world.now),
            )
    if not is_last:
        approved = at + timedelta(hours=5)
        readout.approve(edition=edition, send_on=None, by=chief, at=approved)
        Edition.objects.filter(pk=edition.pk).update(state="sent", sent_at=approved)
