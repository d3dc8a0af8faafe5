"""A rule sorts a request when it arrives, says so, and leaves triage to a person."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from intake import services
from intake.models import ProductRequest, RequestRouting, RoutingRule
from prodops.notifications.models import Notification
from tests.factories.intake import AccountFactory, CategoryFactory, RequestKindFactory
from tests.factories.people import TeamFactory, UserFactory
from tests.factories.routing import live, rule

pytestmark = pytest.mark.django_db
HEAD = "external_id,title,body,kind,author_email,account,created"


def test_the_first_rule_that_fits_wins(ask, category):
    live(
        rule("Bugs", asks=[("title", "has", "crash")], category=CategoryFactory(name="Bugs")),
        rule("Exports", asks=[("text", "has", "export")], category=category),
        rule("Everything", priority="P3"),
    )

    made = ask("Bulk export of invoices")

    assert made.category == category
    assert made.priority == ""
    assert made.routing.rule.name == "Exports"


def test_a_request_no_rule_fits_is_as_it_came(ask):
    live(rule("Bugs", asks=[("title", "has", "crash")], priority="P1"))

    made = ask("Bulk export of invoices")

    assert not RequestRouting.objects.exists()
    assert (made.priority, made.category, made.owner) == ("", None, None)


def test_a_rule_that_is_off_or_a_draft_sorts_nothing(ask, at):
    version = live(rule("Everything", priority="P1"))
    by = version.published_by
    draft = services.open_draft(by=by, at=at)
    services.switch_rule(rule=draft.rules.get(), by=by, at=at)
    assert ask().priority == "P1"

    services.publish(version=draft, by=by, at=at)

    assert ask().priority == ""


def test_the_timeline_names_the_rule_and_leads_to_it(ask, category, at):
    version = live(rule("Billing first", category=category))

    made = ask()

    event = made.thread.events.get(verb="request.routed")
    assert event.summary == "routed it by rule “Billing first”"
    assert event.by is None
    assert not event.is_public
    assert version.rules.get().get_absolute_url() in event.detail
    assert "category Billing" in event.detail


def test_what_a_rule_sets_is_not_triage_until_a_person_confirms_it(ask, category, triager, at):
    live(rule(category=category, team=TeamFactory()))
    made = ask()
    assert (made.category, made.triaged_at) == (category, None)

    later = at + timedelta(hours=2)
    services.classify(product_request=made, priority="P1", by=triager, at=later)
    assert made.triaged_at is None, "Only the priority was looked at."

    services.classify(product_request=made, category=category, by=triager, at=later)
    assert made.triaged_at == later


def test_sorting_without_a_rule_counts_as_before(ask, category, triager, at):
    made = ask()
    services.classify(product_request=made, category=category, owner=triager, by=triager, at=at)
    assert made.triaged_at == at


def test_a_decision_counts_as_triage_of_what_a_rule_sorted(ask, category, triager, at):
    live(rule(category=category, team=TeamFactory()))
    made = ask()
    services.accept(product_request=made, by=triager, at=at + timedelta(hours=1))
    assert made.triaged_at == at + timedelta(hours=1)


def test_the_clocks_run_by_the_team_a_rule_chose(ask, at):
    team = TeamFactory(time_zone="Asia/Tokyo", working_days=[7])
    live(rule(team=team))
    assert ask().acknowledge_due_at > at + timedelta(days=5)


def test_the_owner_a_rule_chose_is_told(ask, triager):
    live(rule(owner=triager))
    made = ask()
    told = Notification.objects.get(recipient=triager)
    assert f"{made.key} was routed to you" in told.title


def test_an_owner_who_has_left_is_not_set(ask, triager):
    live(rule(owner=triager))
    triager.is_active = False
    triager.save()
    assert ask().owner is None


def test_the_rota_turns_each_monday_in_the_teams_own_time(ask, at):
    team = TeamFactory(time_zone="Pacific/Auckland")
    people = [UserFactory(role="contributor") for _ in range(3)]
    services.set_rota(team=team, people=people)
    live(rule(team=team, takes_turns=True))

    sunday_noon = at + timedelta(days=6, hours=3)  # Monday in Auckland
    owners = [ask(at=moment).owner for moment in (at, sunday_noon, at + timedelta(days=14))]

    first = people.index(owners[0])
    turns = [people[(first + n) % 3] for n in range(3)]
    assert owners == turns


def test_who_has_left_is_passed_over_on_the_rota(ask):
    team = TeamFactory()
    gone, here = UserFactory(role="contributor", is_active=False), UserFactory(role="contributor")
    services.set_rota(team=team, people=[gone, here])
    live(rule(team=team, takes_turns=True))
    assert ask().owner == here


def test_an_import_is_sorted_by_the_same_rules_and_tells_nobody(category, triager, at):
    live(
        rule("From files", asks=[("source", "is", "csv")], category=category, owner=triager),
    )
    lines = [HEAD, f"7,Bulk export,,Idea,sam@example.com,,{at:%Y-%m-%d}"]

    services.import_requests(lines, at=at)

    made = ProductRequest.objects.get()
    assert (made.category, made.owner, made.triaged_at) == (category, triager, None)
    assert made.routing.rule.name == "From files"
    assert made.thread.events.filter(verb="request.routed").exists()
    assert not Notification.objects.filter(recipient=triager).exists()


def test_the_author_of_a_request_does_not_read_which_rule_sorted_it(ask, client, requester):
    live(rule("Never mind the big spenders", priority="P3"))
    made = ask()
    client.force_login(requester)
    page = client.get(reverse("intake:request", args=[made.pk])).content.decode()
    assert "big spenders" not in page


def test_the_record_and_the_cockpit_say_which_rule_and_offer_to_confirm(
    ask, category, client, triager
):
    live(rule("Billing first", category=category, team=TeamFactory()))
    made = ask()

    record = client.get(reverse("intake:request", args=[made.pk])).content.decode()
    cockpit = client.get(reverse("intake:triage-request", args=[made.pk])).content.decode()

    assert "Billing first" in record
    assert "Confirm the sorting" in cockpit
    client.post(
        reverse("intake:sorting", args=[made.pk]),
        {"category": category.pk, "team": made.team_id, "owner": ""},
    )
    made.refresh_from_db()
    assert made.triaged_at is not None


@pytest.mark.parametrize(
    ("asks", "fits"),
    [
        (("kind", "is", "idea", "problem"), True),
        (("kind", "is_not", "idea"), False),
        (("segment", "is", "enterprise"), True),
        (("tier", "is", "gold"), True),
        (("arr", "at_least", "120000"), True),
        (("arr", "below", "120000"), False),
        (("account", "is", "ACME, Inc."), True),
        (("area", "empty"), True),
        (("area", "is_not", "shipping"), True),
        (("role", "is", "requester"), True),
        (("domain", "is", "customer.example"), True),
        (("urgency", "is", "critical"), False),
        (("title", "has", "bulk  EXPORT"), True),
        (("title", "has", "expo"), False),
        (("text", "has", "nothing", "hours"), True),
        (("text", "lacks", "hours"), False),
        (("answer:999", "filled"), False),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_a_condition_asks(asks, fits):
    at = live(rule(asks=[asks], priority="P0")).published_at
    account = AccountFactory(name="Acme, Inc.", tier="Gold", arr=120_000)
    author = UserFactory(role="requester", email="sam@customer.example")

    made = services.submit(
        kind=RequestKindFactory(),
        title="Bulk\nexport of invoices",
        why="It costs hours",
        account=account,
        author=author,
        by=author,
        at=at,
    )

    assert (made.priority == "P0") is fits


def test_rules_that_were_put_live_do_not_change_even_by_hand(ask):
    version = live(rule("Everything", asks=[("title", "has", "export")], priority="P1"))
    found = version.rules.get()
    writes = [
        lambda: RoutingRule.objects.filter(pk=found.pk).update(priority="P0"),
        lambda: RoutingRule.objects.filter(pk=found.pk).delete(),
        lambda: found.conditions.all().delete(),
        lambda: found.conditions.update(wanted=["import"]),
        lambda: version.delete(),
        lambda: type(version).objects.filter(pk=version.pk).update(state="draft"),
    ]
    for write in writes:
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
    assert ask("Bulk export").priority == "P1"
