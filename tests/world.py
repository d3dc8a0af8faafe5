"""A small world with one record of each kind, for tests that visit every page.

Every title and text that is not meant for strangers contains `MARK`, so a page that shows it to the
outsider gives itself away.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from intake import services as intaking
from intake.models import ProductRequest, RoutingRule, TriageAct
from launches import services as launching
from planning import services as planning
from prodops.audit.models import Comment
from prodops.health.models import Heartbeat
from prodops.integrations.models import SyncRun
from prodops.notifications import subscriptions
from prodops.people.services import make_token
from prodops.ui.models import SavedView
from reporting.metrics.periods import Period
from reporting.models import Rendering
from reporting.services import definitions, readers
from reporting.services import readout as readouts
from tests import (
    world_capacity,
    world_cycles,
    world_dependencies,
    world_forums,
    world_objectives,
    world_roadmap,
    world_scoring,
)
from tests.factories import (
    amplitude,
    files,
    imports,
    intake,
    jira,
    launches,
    mail,
    outward,
    routing,
    slack,
    themes,
)
from tests.factories.audit import CommentFactory
from tests.factories.notifications import MailBodyFactory, MailFactory, NotificationFactory
from tests.factories.people import MembershipFactory, TeamFactory, UserFactory

MARK = "quokka"
PEOPLE = ("anonymous", "requester", "outsider", "contributor", "ops", "executive", "admin")
ROLES = ("requester", "contributor", "ops", "executive", "admin")


class World:
    """People by their part in the matrix, and records by name: `world.request`, `world.launch`."""

    def __init__(self):
        self.at = timezone.now() - timedelta(days=3)
        self.users = {role: UserFactory(role=role, name=f"{role.title()} Person") for role in ROLES}
        self.users |= {"anonymous": None, "outsider": UserFactory(role="requester")}
        self.records: dict[str, Any] = {}

    def __getattr__(self, name):
        if name in self.__dict__.get("records", ()):
            return self.records[name]
        raise AttributeError(f"The world has no {name}.")

    def add(self, **records):
        self.records |= records


def build():
    """Make the world: `requester` asked for the request, `outsider` has no tie to anything."""
    world = World()
    team = TeamFactory(name=f"Team {MARK}")
    MembershipFactory(team=team, user=world.users["contributor"])
    world.add(team=team)
    _intake(world)
    _themes(world)
    _imports(world)
    _planning(world)
    world_cycles.build(world, mark=MARK)
    world_objectives.build(world, mark=MARK)
    world_dependencies.build(world, mark=MARK)
    world_forums.build(world, mark=MARK)
    world_roadmap.build(world, mark=MARK)
    world_capacity.build(world, mark=MARK)
    world_scoring.build(world, mark=MARK)
    _amplitude(world)
    _launches(world)
    _reporting(world)
    _stories(world)
    return world


def _intake(world):
    author, ops = world.users["requester"], world.users["ops"]
    title = f"Export for the {MARK}"
    told = {"by": ops, "at": world.at}
    asks = [("title", "has", MARK)]
    routing.live(routing.rule(f"Urgent {MARK}", asks=[("urgency", "is", "low")]), **told)
    routing.live(routing.rule(f"Rule {MARK}", asks=asks, priority="P2"), **told)
    version = routing.draft(routing.rule(f"Draft {MARK}", asks=asks, priority="P3"), **told)
    drafted = version.rules.latest("position")
    world.add(
        rule=RoutingRule.objects.live().latest("position"),
        drafted=drafted,
        condition=drafted.conditions.get(),
        request=intake.product_request(title=title, author=author, at=world.at),
        accepted=intake.product_request(
            title=f"{title} again", state="accepted", by=ops, at=world.at
        ),
        adopted=intake.product_request(title=f"{title} once more", state="accepted", at=world.at),
    )

    account = intake.AccountFactory(name=f"Account {MARK}")
    talk = {"account": account, "channel": "call", "on": world.at.date(), "about": f"The {MARK}"}
    intaking.log_contact(**talk, **told)
    silence = intaking.leave_in_peace(account=account, reason=f"Since the {MARK}", **told)
    world.add(account=account, silence=silence)
    kept = {"name": f"{MARK}.txt", "content": MARK.encode()}
    world.add(attachment=files.attachment(world.request, by=author, at=world.at, **kept))
    reader = UserFactory(role="requester")
    share = {"product_request": world.request, "person": reader, "by": author, "at": world.at}
    world.add(share=intaking.share(**share))
    mailbox = mail.mailbox(name=f"Mailbox {MARK}", address=f"{MARK}@example.com")
    told = {"state": "aside", "reason": f"Because of the {MARK}", "settled_at": world.at}
    letter = mail.wire(f"Words of the {MARK}", Subject=MARK, From=f"{MARK}@example.org")
    world.add(mailbox=mailbox, inbound=mail.inbound(letter, box=mailbox, at=world.at, **told))
    ProductRequest.objects.update(is_shared=False)
    world.add(act=TriageAct.objects.filter(by=ops).latest("pk"))


def _themes(world):
    told = {"by": world.users["ops"], "at": world.at}
    group = themes.group(f"Group {MARK}")
    theme = themes.theme(f"Theme {MARK}", group=group, **told)
    world.add(
        theme_group=group,
        theme=theme,
        theme_link=themes.quote(world.request, theme, words=MARK, **told),
        cluster=themes.cluster(world.accepted, name=f"Cluster {MARK}", **told),
    )


def _imports(world):
    told = {"by": world.users["ops"], "at": world.at}
    rows = "X-1,,,\r\n"
    ticket = imports.ticket(f"Ticket {MARK}", at=world.at)
    themed = themes.ticket_quote(ticket, world.theme, **told)
    world.add(
        importing=imports.checked(rows, name=f"{MARK}.csv", **told),
        ticket=ticket,
        ticket_link=imports.attached(ticket, world.accepted, **told),
        themed_ticket=themed,
        ticket_rule=imports.tag_rule(MARK, [MARK], **told),
    )


def _planning(world):
    by, at = world.users["ops"], world.at
    told = {"by": by, "at": at}
    today = timezone.localdate()
    cycle = planning.open_cycle(
        name=f"Cycle {MARK}",
        slug="cycle-mark",
        kind="quarter",
        starts_on=today - timedelta(days=20),
        ends_on=today + timedelta(days=60),
        **told,
    )
    initiative = planning.create_initiative(title=f"Initiative {MARK}", owner=by, **told)
    connection = jira.connection()
    run = SyncRun.objects.create(
        connection=connection,
        trigger="person",
        status="succeeded",
        mode="full",
        started_at=at,
        finished_at=at,
        heartbeat_at=at,
    )
    world.add(skipped=jira.skipped(run, payload=MARK), webhook=jira.webhook(connection))
    epic = jira.epic(children=2, done=1, summary=f"Epic {MARK}")
    world.add(
        connection=connection,
        run=run,
        cycle=cycle,
        initiative=initiative,
        commitment=planning.add_to_cycle(cycle=cycle, initiative=initiative, **told),
        epic_link=planning.link_epic(initiative=initiative, key=epic.key, **told),
        adoption=planning.adopt(
            product_request=world.adopted, initiative=initiative, kind=None, **told
        ),
        decision=planning.open_decision(
            title=f"Decide on the {MARK}", initiative=initiative, **told
        ),
    )


def _amplitude(world):
    world.add(
        series=amplitude.series(title=f"Series {MARK}", values=[3, 5, 8]),
        tracked_event=amplitude.event(f"Event {MARK}"),
    )


def _launches(world):
    function = launches.function(world.users["contributor"], name="Security")
    launch = launches.launch(title=f"Launch {MARK}", by=world.users["ops"], at=world.at)
    item = launches.item(of=launch, title=f"Item {MARK}", function=function)
    asked = launches.item(
        of=launch, title=f"Review the {MARK}", function=function, needs_sign_off=True
    )
    sign_off = launching.request_sign_off(item=asked, by=world.users["ops"], at=world.at)
    version = outward.version(f"Version {MARK}")
    link = launching.link_version(
        launch=launch, version=version, by=world.users["ops"], at=world.at
    )
    world.add(launch=launch, item=item, sign_off=sign_off, version_link=link)
    world.add(upload=outward.upload(by=world.users["ops"], at=world.at))
    world.add(write=outward.write(world.initiative.thread, by=world.users["ops"], at=world.at))


def _reporting(world):
    by = world.users["ops"]
    months = [
        Period(date(2026, 9, 1), date(2026, 10, 1)),
        Period(date(2026, 10, 1), date(2026, 11, 1)),
    ]
    long_ago = datetime(2026, 9, 7, 9, tzinfo=UTC)
    intake.product_request(title=f"First {MARK}", at=long_ago, is_shared=False)
    Heartbeat.objects.create(queue="default", beaten_at=timezone.now())
    definitions.load_definitions()
    Rendering.objects.create(
        slug="delivery-throughput",
        title=f"The {MARK} speeds up",
        figure={"data": [], "layout": {}},
        table={"columns": ["Week", "Issues"], "rows": [["2026-11-02", 7]]},
        requested_at=world.at,
        rendered_at=world.at,
        data_as_of=world.at,
    )
    readout, draft = [readouts.draft(month=month, by=by, at=world.at) for month in months]
    readouts.approve(edition=readout, send_on=None, by=by, at=world.at)
    reader = readers.add_reader(email=f"{MARK}@example.com", name="Rita", time_zone="Europe/Berlin")
    world.add(readout=readout, draft=draft, reader=reader)


def _stories(world):
    thread, author = world.request.thread, world.users["contributor"]
    said = {"thread": thread, "by": author}
    path = subscriptions.unsubscribe_path(world.users["requester"], "comment")
    world.add(
        thread=thread,
        comment=CommentFactory(body=f"A public {MARK}", is_public=True, **said),
        internal=CommentFactory(body=f"An internal {MARK}", **said),
        notification=NotificationFactory(
            recipient=world.users["requester"], thread=thread, title=f"News of the {MARK}"
        ),
        view=SavedView.objects.create(
            owner=world.users["requester"], list="requests", name=f"My {MARK}", query="q=1"
        ),
        mail=MailFactory(body=MailBodyFactory(subject=f"The {MARK}"), state="failed"),
        unsubscribe_token=path.rstrip("/").rpartition("/")[2],
    )
    token, _ = make_token(
        user=world.users["requester"],
        name=f"Token {MARK}",
        scopes=["requests:read"],
        days=365,
        at=timezone.now(),
    )
    world.add(token=token, workspace=slack.workspace(name=f"Slack {MARK}"))
    world.add(slack_note=slack.note(world.workspace, text=f"News of the {MARK}", at=world.at))
    assert Comment.objects.visible_to(world.users["requester"]).count() == 1
