"""The figures of the demo's months, and a readout for each of the last six."""

from datetime import timedelta

from prodops.demo.world import World, working
from reporting.metrics import periods
from reporting.models import EditionFigure
from reporting.services import figures, flow, readers, readout, sending

WORDS = {
    "K3": (
        ["The carriers' interfaces came late, and two squads waited for them."],
        "Interfaces of partners become dependencies with a date. Owner: Rosa Martens.",
    ),
    "K4": (
        [
            "Peak season: support of the large accounts takes a fifth of each squad.",
            "Reviews wait. Two squads have one reviewer each.",
        ],
        "Two reviewers a squad from next month on. Owner: Jonas Weber.",
    ),
    "K5": (
        ["Blocked issues stay on the boards; nobody closes what will not be done."],
        "Each squad clears its board on the first Monday. Owner: the product managers.",
    ),
    "K9": (
        ["The load test failed a week before the date, so support was trained late."],
        "Load tests start two weeks earlier from the next launch on. Owner: Jonas Weber.",
    ),
    "K16": (
        ["Estimates and descriptions are missing where bugs come from the support desk."],
        "The support form asks for both. Owner: Wanda Kowalska.",
    ),
}
OTHERWISE = (["We do not know yet; product operations is looking."], "")


def fill(world: World) -> None:
    """Compute sixteen months, publish six readouts and draft the running month's."""
    for person in (*world.executives, *world.ops):
        readers.add_reader(email=person.email, name=person.name, time_zone=person.time_zone)
    current = periods.containing(world.now)
    flow.rebuild(at=world.now)
    figures.recompute(
        months=periods.between(current.shifted(-15), current), at=world.now, cause="Demo"
    )
    for back in range(6, 0, -1):
        _publish(world, current.shifted(-back))
    readout.draft(month=current, by=world.ops[0], at=world.now)


def _publish(world: World, month: periods.Period) -> None:
    """Draft, explain, approve and send a month in the first days of the next."""
    chief = world.ops[0]
    at = working(month.ends_at + timedelta(days=2))
    edition = readout.draft(month=month, by=chief, at=at)
    for figure in EditionFigure.objects.filter(edition=edition).select_related(
        "edition__thread", "definition"
    ):
        if figure.crossed or figure.status == "bad":
            reason, action = WORDS.get(figure.definition.key, OTHERWISE)
            readout.edit_figure(
                figure=figure,
                why=f"{figure.why}\n\n{world.dice.choice(reason)}".strip(),
                what_we_do=action,
                by=chief,
                at=at + timedelta(hours=2),
            )
    approved = at + timedelta(hours=5)
    edition = readout.approve(edition=edition, send_on=None, by=chief, at=approved)
    sending.compose(edition=edition, with_pictures=False)
    sending.send(edition=edition, at=approved + timedelta(hours=1), by=chief)
