"""Rules are changed in a draft, tried, put live as a whole, and every version is kept."""

from datetime import timedelta

import pytest
from django.urls import reverse

from intake import services
from intake.models import RoutingRule, RoutingVersion
from tests.factories.intake import CategoryFactory
from tests.factories.people import TeamFactory, UserFactory
from tests.factories.routing import draft, live, rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def ops(client):
    user = UserFactory(role="ops", name="Olu Ops")
    client.force_login(user)
    return user


def names(version):
    return list(version.rules.order_by("position").values_list("name", flat=True))


def differences(before, after):
    book = services.read_book()
    rules = [list(each.rules.for_display()) if each else [] for each in (before, after)]
    return services.differences(*rules, book)


def test_a_draft_is_a_copy_of_the_live_rules_and_changes_nothing_yet(ask, ops, at):
    live(rule("First", asks=[("title", "has", "export")], priority="P1"), rule("Second"))

    copy = services.open_draft(by=ops, at=at)
    services.add_rule(version=copy, name="Third", by=ops, at=at, priority="P0")

    assert names(copy) == ["First", "Second", "Third"]
    assert copy.rules.get(name="First").conditions.get().wanted == ["export"]
    assert ask().priority == "P1"


def test_there_is_one_draft_for_all(ops, at):
    first = services.open_draft(by=ops, at=at)
    assert services.open_draft(by=UserFactory(role="admin"), at=at) == first


def test_rules_change_places_and_stay_at_the_ends(ops, at):
    version = draft(rule("A"), rule("B"), rule("C"))
    a, b, c = version.rules.order_by("position")

    services.move_rule(rule=c, step=-1, by=ops, at=at)
    services.move_rule(rule=a, step=-1, by=ops, at=at)

    assert names(version) == ["A", "C", "B"]


def test_moving_works_after_a_rule_in_between_was_removed(ops, at):
    version = draft(rule("A"), rule("B"), rule("C"))
    services.remove_rule(rule=version.rules.get(name="B"))
    services.move_rule(rule=version.rules.get(name="C"), step=-1, by=ops, at=at)
    assert names(version) == ["C", "A"]
    services.add_rule(version=version, name="D", by=ops, at=at, priority="P1")
    assert names(version) == ["C", "A", "D"]


def test_who_changes_what_somebody_else_changed_meanwhile_is_told(ops, at):
    found = draft(rule("A")).rules.get()
    other = UserFactory(role="admin", name="Ada Admin")
    seen = found.changed_at
    later = at + timedelta(minutes=1)
    services.change_rule(rule=found, name="Theirs", seen=seen, by=other, at=later)

    with pytest.raises(services.Refusal, match="Ada Admin changed this rule"):
        services.change_rule(rule=found, name="Mine", seen=seen, by=ops, at=later)

    found.refresh_from_db()
    assert found.name == "Theirs"


def test_a_version_that_is_live_is_changed_only_through_a_draft(ops, at):
    found = live(rule("A")).rules.get()
    for act in (
        lambda: services.switch_rule(rule=found, by=ops, at=at),
        lambda: services.move_rule(rule=found, step=1, by=ops, at=at),
        lambda: services.remove_rule(rule=found),
        lambda: services.discard(version=found.version),
        lambda: services.publish(version=found.version, by=ops, at=at),
    ):
        with pytest.raises(services.Refusal, match="begin a new draft"):
            act()


def test_two_rules_have_two_names(ops, at):
    version = draft(rule("Billing"))
    with pytest.raises(services.Refusal, match="called “billing” already"):
        services.add_rule(version=version, name="billing", by=ops, at=at, priority="P1")


def test_each_version_says_what_it_changed(ops, at):
    billing = CategoryFactory(name="Billing")
    first = live(
        rule("A", asks=[("title", "has", "export")], category=billing),
        rule("B"),
        rule("Gone"),
        by=ops,
    )
    second = services.open_draft(by=ops, at=at)
    a, b, gone = second.rules.order_by("position")
    services.move_rule(rule=b, step=-1, by=ops, at=at)
    services.remove_rule(rule=gone)
    services.remove_condition(condition=a.conditions.get(), by=ops, at=at)
    services.add_condition(
        rule=a, field="segment", operator="is", wanted=["public", "enterprise"], by=ops, at=at
    )
    services.change_rule(
        rule=a, name="Exports", seen=None, by=ops, at=at, category=billing, priority="P1"
    )
    services.switch_rule(rule=b, by=ops, at=at)
    services.add_rule(version=second, name="New", by=ops, at=at, priority="P3")

    assert differences(first, second) == [
        "Added “New”",
        "Removed “Gone”",
        "Renamed “A” to “Exports”",
        "“Exports” no longer asks: Title contains “export”",
        "“Exports” now asks: Account segment is one of Public sector, Enterprise",
        "“Exports” sets Category Billing, Priority P1, instead of Category Billing",
        "Switched “B” off",
        "New order: “B”, “Exports”",
    ]


def test_an_older_version_can_be_begun_from_again(ops, client, at):
    first = live(rule("Old"), by=ops)
    second = services.open_draft(by=ops, at=at)
    services.remove_rule(rule=second.rules.get())
    services.publish(version=second, by=ops, at=at)

    client.post(reverse("intake:draft-beginning"), {"number": first.number})

    again = RoutingVersion.objects.get(state="draft")
    assert names(again) == ["Old"]
    assert again.rules.get().line == first.rules.get().line


def test_what_looks_wrong_with_a_rule_is_said(ops):
    team = TeamFactory(name="Cargo")
    version = draft(
        rule("Catch all", team=team, takes_turns=True),
        rule("Too late", asks=[("answer:404", "filled")]),
    )
    first, second = services.say_all(version.rules.for_display(), services.read_book())
    assert first.warnings == [
        "It asks nothing, so it takes every request that reaches it.",
        "Nobody is on the triage rota of Cargo, so it sets no owner.",
    ]
    assert second.warnings == [
        "It asks about a field that is gone, which counts as empty.",
        "A rule above it takes everything, so nothing reaches this one.",
    ]


def test_the_whole_way_through_the_pages(ask, ops, client, category):
    client.post(reverse("intake:draft-beginning"))
    outcome = {"category": category.pk, "priority": "P1"}
    client.post(reverse("intake:new-rule"), {"name": "Exports", **outcome})
    found = RoutingRule.objects.get()
    asked = reverse("intake:new-condition", args=[found.pk])
    client.post(f"{asked}?field=text", {"operator": "has", "wanted": "export\n\n csv  file "})
    client.post(f"{asked}?field=arr", {"operator": "empty", "wanted": ""})

    shown = client.get(reverse("intake:routing-draft")).content.decode()
    assert "Title or text contains “export” or “csv file”" in shown
    assert "Account ARR is empty" in shown

    client.post(reverse("intake:publication"), {"note": "Exports go to billing."})
    assert ask().category == category
    live_page = client.get(reverse("intake:routing")).content.decode()
    assert "Exports go to billing." in live_page
    assert "Added “Exports”" in live_page


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"name": "X"}, "Choose at least one thing"),
        ({"name": "X", "takes_turns": "on", "priority": "P1"}, "Choose the team whose rota"),
        ({"name": "", "priority": "P1"}, "required"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_the_reason(ops, client, at, sent, error):
    services.open_draft(by=ops, at=at)
    response = client.post(reverse("intake:new-rule"), sent)
    assert response.status_code == 422
    assert error in response.content.decode()


@pytest.mark.parametrize(
    ("field", "sent", "error"),
    [
        ("arr", {"operator": "at_least", "wanted": "many"}, "Enter a number"),
        ("arr", {"operator": "at_least", "wanted": ""}, "Say what to compare it with."),
        ("arr", {"operator": "has", "wanted": "3"}, "Select a valid choice"),
        ("kind", {"operator": "is", "wanted": ["martian"]}, "Select a valid choice"),
        ("account", {"operator": "is", "wanted": "Nobody Ltd"}, "There is no account"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(ops, client, field, sent, error):
    found = draft(rule("A")).rules.get()
    url = f"{reverse('intake:new-condition', args=[found.pk])}?field={field}"
    response = client.post(url, sent)
    assert response.status_code == 422
    assert error in response.content.decode()
    assert not found.conditions.exists()


def test_a_trial_compares_with_what_people_decided_and_writes_nothing(ask, ops, client, at):
    billing, other = CategoryFactory(name="Billing"), CategoryFactory(name="Other")
    agreed, differing, waiting = ask("Export one"), ask("Export two"), ask("Export three")
    missed = ask("Something else")
    for made, category in ((agreed, billing), (differing, other), (missed, other)):
        services.classify(product_request=made, category=category, owner=ops, by=ops, at=at)
    version = draft(rule("Exports", asks=[("title", "has", "export")], category=billing), by=ops)

    trial = services.try_rules(version.rules.for_display(), by=ops, size=100)

    assert [each.product_request for each in trial.others] == [missed]
    assert [each.product_request for each in trial.differing] == [differing]
    share = trial.by_field["Category"]
    assert (share.caught, share.compared, share.agreed) == (3, 2, 1)
    page = client.get(reverse("intake:routing-trial")).content.decode()
    assert "<strong>3 of 4</strong>" in page
    waiting.refresh_from_db()
    assert waiting.category is None


def test_a_trial_asks_about_the_area_the_author_named_not_the_one_triage_gave(ask, ops, at):
    area = TeamFactory().product_area
    made = ask()
    services.classify(product_request=made, product_area=area, by=ops, at=at)
    version = draft(rule("Of the area", asks=[("area", "is", area.slug)]), by=ops)
    assert not services.try_rules(version.rules.for_display(), by=ops, size=9).routed


def test_without_any_rule_the_pages_say_what_to_do_first(ops, client):
    page = client.get(reverse("intake:routing")).content.decode()
    assert "No rule sorts requests yet" in page
    assert "Begin a draft" in page
    page = client.get(reverse("intake:routing-trial")).content.decode()
    assert "There is no past request to try on" in page


def test_a_contributor_reads_and_does_not_change(client, at):
    live(rule("A"))
    draft(rule("B"))
    client.force_login(UserFactory(role="contributor"))
    for name in ("routing", "routing-draft", "routing-trial"):
        page = client.get(reverse(f"intake:{name}"))
        assert page.status_code == 200
        assert b"Put it live" not in page.content
        assert b"Switch off" not in page.content


def test_moving_with_htmx_keeps_the_focus_on_the_button(ops, client):
    a = draft(rule("A"), rule("B")).rules.get(name="A")
    response = client.post(
        reverse("intake:rule-place", args=[a.pk]), {"way": "down"}, headers={"HX-Request": "true"}
    )
    page = response.content.decode()
    assert page.index(">B<") < page.index(">A<")
    assert page.count("autofocus") == 1
