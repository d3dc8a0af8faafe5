"""The hub looks for themes nobody has named; a person names, joins or dismisses what it finds."""

from datetime import timedelta

import pytest
from django.urls import reverse

from intake import services, tasks
from intake.models import Cluster, ClusterRun, ProductRequest, Theme, ThemeQuote
from intake.services.clustering import group_texts
from intake.services.clusters import LEASE, find_clusters, name_of
from intake.services.tickets import attach_tickets
from tests.factories.imports import ticket
from tests.factories.intake import AccountFactory, product_request
from tests.factories.people import UserFactory
from tests.factories.themes import cluster, quote, theme, ticket_quote

pytestmark = pytest.mark.django_db
SAYINGS = {
    "export": ["Bulk export of invoices", "Export invoices in bulk", "Invoices as a bulk export"],
    "sign": ["Single sign-on with Okta", "Okta sign-on for everybody", "Sign-on by Okta please"],
    "map": ["Live map freezes at night", "The live map freezes", "Map freezes on live trips"],
}


@pytest.fixture
def many(db, at):
    """Thirty-six requests about three things, and four that are like nothing else."""
    made = []
    for n in range(12):
        for titles in SAYINGS.values():
            made.append(product_request(title=titles[n % 3], at=at - timedelta(days=n)))
    for title in ("Zebra", "Quince", "Walrus", "Ocarina"):
        product_request(title=title, at=at)
    return made


def look(at, by=None):
    """Look as the worker does, which tasks in tests do at once."""
    with pytest.MonkeyPatch.context() as quiet:
        quiet.setattr(tasks.find_clusters, "delay_on_commit", lambda *args: None)
        run = services.ask_for_clusters(by=by, at=at)
    return find_clusters(run_id=run.pk, clock=lambda: at)


def test_what_belongs_together_is_found_with_its_words(many, at):
    run = look(at)

    assert (run.state, run.requests_read, run.clusters_found) == ("done", 40, 3)
    found = {" ".join(each.terms): each for each in Cluster.objects.for_display()}
    assert sorted(each.size for each in found.values()) == [12, 12, 12]
    for key in SAYINGS:
        one = next(each for terms, each in found.items() if key in terms)
        titles = {member.product_request.title for member in one.members.all()}
        assert titles == set(SAYINGS[key])
        assert one.name[0].isupper()


def test_the_same_requests_always_give_the_same_groups():
    texts = [(title, "") for titles in SAYINGS.values() for title in titles * 3]
    assert group_texts(texts) == group_texts(texts)


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [("One", "")],
        [("", "")] * 40,
        [("a the of", "")] * 40,
        [(f"word{n}", "") for n in range(40)],
        [("\x00 \ud800"[:1], "…")] * 40,
    ],
)
def test_texts_that_say_nothing_give_no_group(texts):
    assert group_texts(texts) == []


def test_requests_that_all_say_the_same_are_one_group():
    groups = group_texts([("Bulk export", "of invoices")] * 40)
    assert [len(each.places) for each in groups] == [40]


def test_too_little_to_read_says_so(db, at, client, triager):
    product_request(at=at - timedelta(days=1))
    run = look(at)
    assert run.state == "refused"
    page = client.get(reverse("intake:clusters")).content.decode()
    assert "Only 1 requests and tickets of the last year have no theme" in page


def test_one_looks_at_a_time_and_not_twice_at_the_same(many, at, triager):
    run = look(at, by=triager)
    assert run.asked_by == triager
    with pytest.raises(services.Refusal, match="Nothing came in since"):
        services.ask_for_clusters(by=triager, at=at)
    assert services.ask_weekly(at=at) is None
    product_request(at=at - timedelta(hours=1))
    services.ask_for_clusters(by=triager, at=at)
    with pytest.raises(services.Refusal, match="Somebody asked already"):
        services.ask_for_clusters(by=triager, at=at)


def test_a_look_is_done_once_however_often_a_worker_is_woken(many, at):
    run = look(at)
    assert find_clusters(run_id=run.pk, clock=lambda: at) is None
    assert Cluster.objects.count() == 3


def test_a_dead_workers_look_is_taken_over_and_given_up_after_three(many, at, monkeypatch):
    monkeypatch.setattr(tasks.find_clusters, "delay_on_commit", lambda *args: None)
    run = services.ask_for_clusters(by=None, at=at)
    monkeypatch.setattr("intake.services.clusters.group_texts", _broken)
    for n in range(1, 4):
        with pytest.raises(KeyboardInterrupt):
            find_clusters(run_id=run.pk, clock=lambda n=n: at + n * 2 * LEASE)
        assert find_clusters(run_id=run.pk, clock=lambda n=n: at + n * 2 * LEASE) is None
    run.refresh_from_db()
    assert (run.state, run.attempts) == ("open", 3)

    services.sweep_clusters(at=at + 9 * LEASE)

    run.refresh_from_db()
    assert (run.state, run.note) == ("failed", "The worker stopped in every attempt.")


def test_a_fault_is_on_the_page_and_the_next_look_may_begin(many, at, monkeypatch):
    monkeypatch.setattr("intake.services.clusters.group_texts", lambda texts: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        look(at)
    assert ClusterRun.objects.get().note == "Unexpected: ZeroDivisionError."
    monkeypatch.undo()
    assert look(at).state == "done"


def _broken(texts):
    raise KeyboardInterrupt


def test_a_person_names_it_and_drops_what_does_not_belong(many, at, client, triager):
    look(at)
    found = Cluster.objects.for_display()[0]
    members = list(found.members.order_by("pk"))
    keys = [member.pk for member in members]
    kept = {member.product_request_id for member in members[1:]}
    url = reverse("intake:cluster", args=[found.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"name": "", "members": keys}).status_code == 422
    assert client.post(url, {"name": "X", "members": []}).status_code == 422

    client.post(url, {"name": "Export everything", "members": keys[1:]})

    made = Theme.objects.get()
    assert (made.name, made.owner) == ("Export everything", triager)
    links = ThemeQuote.objects.live().filter(theme=made, quote__part="whole")
    assert set(links.values_list("quote__product_request", flat=True)) == kept
    found.refresh_from_db()
    assert (found.state, found.theme, found.decided_by) == ("confirmed", made, triager)
    with pytest.raises(services.Refusal, match="Mira Chen was first"):
        services.dismiss_cluster(cluster=found, by=triager, at=at)


def test_it_may_join_a_theme_there_is_already(many, at, client, triager):
    look(at)
    found, known = Cluster.objects.for_display()[0], theme("Exports")
    keys = [member.pk for member in found.members.all()]

    client.post(reverse("intake:cluster", args=[found.pk]), {"theme": known.pk, "members": keys})

    found.refresh_from_db()
    assert (found.state, found.theme) == ("joined", known)
    assert Theme.objects.with_standing(at).get(pk=known.pk).standing.requests == 12


def test_what_was_dismissed_does_not_return_until_it_is_mostly_new(many, at, client, triager):
    look(at)
    found = Cluster.objects.get(name__icontains="okta")
    client.post(reverse("intake:cluster-dismissal", args=[found.pk]))

    again = look(at)

    assert (again.clusters_found, again.clusters_known) == (2, 1)
    assert not again.clusters.filter(name__icontains="okta").exists()
    for n in range(13):
        title = SAYINGS["sign"][n % 3]
        product_request(title=title, at=at - timedelta(hours=n + 1))
    grown = look(at)
    assert grown.clusters.get(name__icontains="okta").size == 25


def test_a_dismissal_can_be_taken_back(at, client, triager):
    found = cluster()
    client.post(reverse("intake:cluster-dismissal", args=[found.pk]))
    client.post(reverse("intake:cluster-return", args=[found.pk]))
    found.refresh_from_db()
    assert found.is_open
    with pytest.raises(services.Refusal, match="is not dismissed"):
        services.reopen_cluster(cluster=found)


def test_only_genuine_living_unthemed_requests_of_a_year_are_read(many, at, triager):
    quote(many[0], theme())
    ProductRequest.objects.filter(pk=many[1].pk).update(is_spam=True)
    ProductRequest.objects.filter(pk=many[2].pk).update(submitted_at=at - timedelta(days=366))
    services.merge(child=many[3], parent=many[4], by=triager, at=at)
    assert look(at).requests_read == 36


def test_the_page_shows_terms_examples_size_trend_and_arr(at, client, triager):
    account = AccountFactory(arr=250_000)
    asked = [product_request(title=f"Export {n}", account=account) for n in range(4)]
    cluster(*asked, name="Exports")
    page = client.get(reverse("intake:clusters")).content.decode()
    for words in (
        "Exports",
        "bulk export",
        "Export 0",
        "4 requests",
        "ARR 250k",
        "Requests a month",
    ):
        assert words in page


def test_progress_is_shown_while_a_worker_is_at_it(at, client, triager):
    ClusterRun.objects.create(
        fingerprint="x", asked_at=at, step="Comparing 812 requests", steps_done=2
    )
    page = client.get(reverse("intake:clusters")).content.decode()
    assert "Comparing 812 requests" in page
    assert '<progress max="4" value="2">' in page
    assert "Look now" not in page
    partial = client.get(
        reverse("intake:clusters"), headers={"HX-Request": "true", "HX-Target": "clusters"}
    ).content.decode()
    assert partial.strip().startswith('<div class="stack stack--loose" id="clusters" hx-get')


@pytest.mark.parametrize(
    ("titles", "name"),
    [(["Okta", "SSO please", "SSO please"], "SSO please"), (["Okta", "SSO"], "Okta")],
)
def test_a_first_name_is_what_most_people_call_it(titles, name):
    assert name_of(titles) == name


@pytest.fixture
def told(db, at):
    """Twenty requests and twelve tickets that say one thing, and tickets that are left out."""
    acme = AccountFactory(name="Acme", arr=90_000)
    for n in range(20):
        product_request(title=SAYINGS["export"][n % 3], at=at - timedelta(days=n))
    tickets = [
        ticket(SAYINGS["export"][n % 3], number=f"{n}", account=acme, at=at - timedelta(days=n))
        for n in range(12)
    ]
    themed, attached = (ticket("Export invoices", number=f"t{n}", at=at) for n in range(2))
    ticket("Export invoices", number="old", at=at - timedelta(days=400))
    ticket_quote(themed, theme("Known"))
    attach_tickets(
        tickets=[attached], product_request=product_request(), by=UserFactory(role="ops"), at=at
    )
    return tickets


def test_tickets_are_read_beside_requests_and_lead_to_their_own_pages(told, at, client, triager):
    run = look(at)

    assert (run.tickets_read, run.clusters_found) == (12, 1)
    found = Cluster.objects.for_display().get()
    assert (found.size, found.ticket_count) == (32, 12)
    page = client.get(reverse("intake:clusters")).content.decode()
    assert "20 requests and 12 support tickets" in page
    assert sum(reverse("intake:ticket", args=[each.pk]) in page for each in told) in (1, 2)
    assert "/intake/requests/" in page
    assert "ARR 90k" in page


def test_a_theme_takes_the_tickets_of_its_suggestion(told, at, client, triager):
    look(at)
    found = Cluster.objects.for_display().get()
    keys = [member.pk for member in found.members.all()]
    page = client.get(reverse("intake:cluster", args=[found.pk])).content.decode()
    assert told[0].key in page

    client.post(reverse("intake:cluster", args=[found.pk]), {"name": "Exports", "members": keys})

    standing = Theme.objects.with_standing(at).get(name="Exports").standing
    assert (standing.requests, standing.tickets) == (20, 12)


def test_dismissed_tickets_do_not_return(at, client, triager):
    for n in range(32):
        ticket(SAYINGS["sign"][n % 3], number=f"{n}", at=at - timedelta(days=n))
    look(at)
    client.post(reverse("intake:cluster-dismissal", args=[Cluster.objects.get().pk]))

    assert look(at).clusters_known == 1
