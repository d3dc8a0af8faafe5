"""One of everything around the records of the world, and then as many more as a test wants.

`plant` puts at least one row into every list and every part of a record page; `grow` copies those
rows in bulk. What a copy may not share with its original (slug, e-mail address, thread …) is made
anew; what else must differ is said where the copies are made.
"""

import uuid
from datetime import date, timedelta
from types import SimpleNamespace

from intake import services as intake_services
from intake.models import (
    Backing,
    Contact,
    ContactPerson,
    FormAnswer,
    FormField,
    LearnedModel,
    ProductRequest,
    RequestRouting,
    RoutingVersion,
    TriageTurn,
)
from launches import services as launch_services
from launches.models import LaunchInitiative, Told
from planning import services as planning_services
from planning.models import InitiativeEpic, InitiativeRequest
from prodops.integrations.models import SkippedRecord
from prodops.ui.models import SavedView
from reporting.models import Delivery
from reporting.services import flow
from tests import (
    crowd_cycles,
    crowd_outside,
    crowd_scoring,
    crowd_truth,
    world_capacity,
    world_dependencies,
    world_forums,
    world_objectives,
    world_roadmap,
)
from tests.crowd_copies import copies
from tests.factories import jira
from tests.factories.audit import CommentFactory
from tests.factories.intake import AccountFactory, CategoryFactory, product_request
from tests.factories.launches import item
from tests.factories.learning import training, training_like
from tests.factories.notifications import MailFactory, NotificationFactory
from tests.factories.people import (
    FunctionMemberFactory,
    MembershipFactory,
    TeamFactory,
    UserFactory,
)
from tests.factories.reporting import AFTERWARDS

STORIES = ("request", "initiative", "cycle", "decision", "launch", "readout")


def plant(world):
    """Put one of everything into the world; return the originals by name."""
    of = SimpleNamespace(ops=world.users["ops"], person=UserFactory(job_title="Engineer"))
    _plant_intake(of, world)
    _plant_planning(of, world)
    _plant_launches(of, world)
    _plant_floor(of, world)
    _plant_reporting(of, world)
    crowd_outside.plant(of, world)
    of.comments = [
        CommentFactory(thread=getattr(world, name).thread, by=of.person, is_public=True)
        for name in STORIES
    ]
    of.events = [comment.thread.events.latest("pk") for comment in of.comments]
    return of


def grow(of, world, number):
    """Copy what `plant` made `number` times."""
    people = copies(of.person, number, name=lambda n: f"Person {n}")
    for each in [*of.comments, *of.events]:
        copies(each, number)
    _grow_intake(of, world, number, people)
    _grow_planning(of, world, number)
    _grow_launches(of, world, number, people)
    _grow_floor(of, world, number, people)
    _grow_reporting(of, world, number)
    crowd_outside.grow(of, world, number, copies=copies)
    crowd_cycles.grow(world, number, copies=copies)
    crowd_scoring.grow(world, number, copies=copies, people=people)
    world_objectives.grow(world, number, copies=copies)
    world_dependencies.grow(world, number, copies=copies)
    world_forums.grow(world, number, copies=copies)
    world_roadmap.grow(world, number, copies=copies)
    world_capacity.grow(world, number, copies=copies)
    crowd_truth.grow(world, number)


def _plant_intake(of, world):
    told = {"by": of.ops, "at": world.at}
    of.account = AccountFactory()
    of.request = product_request(
        title="Export for everybody", author=of.ops, account=of.account, state="triage", **told
    )
    sorting = {"category": CategoryFactory(), "team": world.team, "owner": of.ops}
    area = world.team.product_area
    ProductRequest.objects.filter(pk__in=[of.request.pk, world.request.pk]).update(
        product_area=area, **sorting
    )
    of.request.refresh_from_db()
    of.backing = Backing.objects.create(
        product_request=world.request, person=of.person, account=of.account, at=world.at
    )
    of.own_backing = of.request.backings.get()
    of.child = product_request(title="The same export", author=of.person, at=world.at)
    intake_services.merge(child=of.child, parent=world.request, **told)
    of.child.refresh_from_db()
    of.contact_person = ContactPerson.objects.create(account=world.account, name="Tom Reed")
    of.contact = Contact.objects.get()
    labels = CategoryFactory(), CategoryFactory()
    of.training = training(words={"export": labels[0].pk, "first": labels[1].pk}, threshold=0.1)
    of.question = FormField.objects.create(kind=world.request.kind, label="Since when?")
    of.answer = FormAnswer.objects.create(
        product_request=world.request, field=of.question, value="Monday"
    )
    of.adopted = InitiativeRequest.objects.create(
        initiative=world.initiative, product_request=world.request, **told
    )


def _grow_intake(of, world, number, people):
    requests = copies(of.request, number, title=lambda n: f"Export number {n}")
    copies(of.own_backing, number, product_request=requests)
    copies(of.backing, number, person=people)
    children = copies(of.child, number)
    copies(of.child.merges.get(), number, child=children)
    copies(of.adopted, number, product_request=children)
    copies(of.account, number)
    copies(of.contact_person, number, name=lambda n: f"Person {n}")
    copies(of.contact, number, override_reason="One more", product_request=requests)
    copies(of.request, number, title=lambda n: f"For one customer {n}", account_id=world.account.pk)
    LearnedModel.objects.bulk_create(
        training_like(of.training, place) for place in range(2, number + 2)
    )
    questions = copies(of.question, number, label=lambda n: f"Question {n}")
    copies(of.answer, number, field=questions)
    _grow_routing(world, number, requests, people)


def _grow_routing(world, number, requests, people):
    live = world.rule.version
    for version in RoutingVersion.objects.order_by("-number"):
        version.number += 10 + number
        version.save(update_fields=["number"])
    live.refresh_from_db()
    RequestRouting.objects.bulk_create(
        RequestRouting(product_request=each, rule=world.rule, at=world.at) for each in requests
    )
    places = list(range(10, 10 + number))
    lines = [uuid.uuid4() for _ in range(number)]
    rules = copies(world.drafted, number, name=lambda n: f"Rule {n}", position=places, line=lines)
    copies(world.condition, number, rule=rules)
    RoutingVersion.objects.bulk_create(
        RoutingVersion(
            number=place,
            state="retired",
            opened_by=live.opened_by,
            opened_at=world.at,
            published_by=live.opened_by,
            published_at=world.at,
        )
        for place in places
    )
    turns = [TriageTurn(team=world.team, user=each) for each in people]
    TriageTurn.objects.bulk_create(turns)


def _plant_planning(of, world):
    told = {"by": of.ops, "at": world.at}
    of.initiative = planning_services.create_initiative(
        title="The next thing", owner=of.ops, teams=[world.team], **told
    )
    world.initiative.teams.add(world.team)
    of.commitment = planning_services.add_to_cycle(
        cycle=world.cycle, initiative=of.initiative, **told
    )
    of.epic_link = InitiativeEpic.objects.create(
        initiative=world.initiative, issue=jira.epic(children=1), **told
    )
    planning_services.report_status(
        initiative=world.initiative, status="at_risk", text="It slips.", **told
    )
    of.decision = planning_services.open_decision(
        title="Which one?", initiative=world.initiative, cycle=world.cycle, **told
    )


def _grow_planning(of, world, number):
    initiatives = copies(of.initiative, number)
    for initiative in initiatives:
        initiative.teams.add(world.team)
    copies(of.commitment, number, initiative=initiatives)
    epics = copies(of.epic_link.issue, number, jira_id=lambda n: f"copy-{n}")
    copies(of.epic_link, number, issue=epics)
    copies(of.decision, number)
    starts = [date(2100, 1, 1) + timedelta(days=2 * place) for place in range(number)]
    ends = [start + timedelta(days=1) for start in starts]
    copies(world.cycle, number, kind="custom", starts_on=starts, ends_on=ends)
    copies(world.initiative.updates.latest("pk"), number)


def _plant_launches(of, world):
    told = {"by": of.ops, "at": world.at}
    of.member = FunctionMemberFactory(function=world.item.function, user=of.ops)
    of.item = item(of=world.launch, owner=of.ops, function=world.item.function)
    of.launch_link = LaunchInitiative.objects.create(
        launch=world.launch, initiative=world.initiative, **told
    )
    of.told = Told.objects.create(
        launch=world.launch, product_request=world.request, person=of.person, at=world.at
    )
    of.meeting = launch_services.decide_go_no_go(
        launch=world.launch, decision="no_go", reason="Not yet.", attendees=[of.person], **told
    )
    of.move = launch_services.move_date(
        launch=world.launch,
        to_on=world.launch.launch_on + timedelta(days=9),
        reason="A slip.",
        **told,
    )


def _grow_launches(of, world, number, people):
    items = copies(world.sign_off.item, number)
    copies(world.sign_off, number, item=items)
    copies(of.item, number)
    launches = copies(world.launch, number)
    copies(of.launch_link, number, launch=launches)
    copies(of.move, number)
    copies(of.told, number, person=people)
    copies(of.member, number, user=people)
    for meeting in copies(of.meeting, number):
        meeting.attendees.add(of.person)


def _plant_floor(of, world):
    of.membership = MembershipFactory(team=world.team, user=of.person)
    of.team = TeamFactory()
    of.notification = NotificationFactory(
        recipient=of.ops, by=of.person, thread=world.request.thread
    )
    of.mail = MailFactory(recipient=of.person, state="failed")
    of.view = SavedView.objects.create(owner=of.ops, list="requests", name="Mine", query="owner=me")
    of.project = jira.project("COPY", team=world.team, of=world.connection)
    of.skipped = SkippedRecord.objects.create(
        connection=world.connection, run=world.run, source_id="1", reason="No key.", at=world.at
    )


def _grow_floor(of, world, number, people):
    copies(of.membership, number, user=people)
    for team in copies(of.team, number):
        MembershipFactory(team=team, user=of.person)
    copies(of.notification, number, cause=lambda n: f"copy:{n}")
    copies(of.mail, number)
    copies(of.view, number, name=lambda n: f"View {n}")
    copies(of.project, number, jira_id=lambda n: f"copy-{n}", key=lambda n: f"COPY{n}")
    copies(world.run, number)
    copies(of.skipped, number, source_id=lambda n: f"copy-{n}")


def _plant_reporting(of, world):
    of.issue = jira.issue(
        project=of.project,
        statuses=[(jira.BORN, "To Do"), (AFTERWARDS, "In Progress"), (AFTERWARDS, "Done")],
        assignee=jira.jira_user(),
    )
    of.delivery = Delivery.objects.create(
        edition=world.readout, reader=world.reader, mail=of.mail, at=world.at
    )
    flow.rebuild(at=world.at)


def _grow_reporting(of, world, number):
    mails = copies(of.mail, number)
    copies(of.delivery, number, reader=copies(world.reader, number), mail=mails)
    months = [date(2010 + place // 12, place % 12 + 1, 1) for place in range(number)]
    copies(world.readout, number, period_start=months)
    issues = copies(of.issue, number, jira_id=lambda n: f"copy-{n}")
    for change in of.issue.changes.all():
        copies(change, number, issue=issues)
    flow.rebuild(at=world.at)
