"""The log of decisions: found by words, replaced in chains, looked at again, exported."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from planning import services
from planning.models import Decision
from planning.services.similar_decisions import similar_decisions
from tests.factories import planning
from tests.factories.intake import product_request
from tests.factories.people import ProductAreaFactory, TeamFactory, UserFactory

RATIONALE = "It costs half as much and the team knows it well."
OPTIONS = [
    {"text": "Acme", "is_chosen": True, "why_rejected": ""},
    {"text": "Build it", "is_chosen": False, "why_rejected": "Two quarters of work."},
]


def taken(title, *, by=None, text="We take Acme.", supersedes=None, review_on=None, **fields):
    decision = planning.decision(title=title, **fields)
    return services.decide(
        decision=decision, text=text, rationale=RATIONALE, options=OPTIONS, review_on=review_on,
        supersedes=supersedes, by=by or UserFactory(), at=planning.AT,
    )  # fmt: skip


def listed(get, **query):
    return {row.title for row in get("decisions", **query).context["objects"]}


def test_words_are_found_in_any_of_their_forms(planner, get):
    taken("Pricing of carriers")
    planning.decision(title="Something else", context="We price what carriers deliver.")
    planning.decision(title="Nothing of it")

    assert listed(get, q="prices carrier") == {"Pricing of carriers", "Something else"}
    assert listed(get, q="pricing nothing") == set()


def test_the_filters(planner, get):
    team, area = TeamFactory(), ProductAreaFactory()
    cycle = planning.cycle()
    today = timezone.localdate()
    taken("Of the team", initiative=planning.initiative(teams=[team]))
    planning.decision(title="Of the area", initiative=planning.initiative(product_area=area))
    planning.decision(title="Of the cycle", cycle=cycle)
    taken("To review", by=planner, review_on=today)
    planning.decision(title="Of an event", event="drop", cause="drop:1")

    assert listed(get, team=team.slug) == {"Of the team"}
    assert listed(get, area=area.slug) == {"Of the area"}
    assert listed(get, cycle=cycle.slug) == {"Of the cycle"}
    assert listed(get, review="due") == listed(get, decider=planner.pk) == {"To review"}
    assert listed(get, event="drop") == {"Of an event"}
    assert "Of an event" not in listed(get, event="person")
    assert listed(get, state="decided") == {"Of the team", "To review"}


def test_from_a_stub_to_superseded_with_people_consulted(planner, post, get):
    asked = UserFactory(name="Ada Quick")
    older = planning.decision(title="Which maps?")
    post("decide", older, text="Acme.", rationale=RATIONALE, consulted=[asked.pk, planner.pk])
    newer = planning.decision(title="Which maps now?")
    post("decide", newer, text="Beta.", rationale=RATIONALE, supersedes=older.pk)

    page = get("decision", older).content.decode()

    assert list(older.consulted.all()) == [asked]
    assert "Ada Quick" in page
    assert f"{newer.key}" in page
    assert "What replaced what" in page


def test_a_chain_is_listed_from_either_end(planner):
    first = taken("First")
    second = taken("Second", supersedes=first)
    third = taken("Third", supersedes=second)
    taken("Another")

    for one in (first, second, third):
        assert Decision.objects.chain_of(one) == [first, second, third]


def test_loops_of_supersession_are_impossible(planner):
    first = taken("First")
    second = taken("Second", supersedes=first)
    third = taken("Third", supersedes=second)

    for newer, older in [(first, first), (first, second), (first, third)]:
        with pytest.raises(DatabaseError), transaction.atomic():
            Decision.objects.filter(pk=newer.pk).update(supersedes=older)


def test_a_superseded_one_cannot_be_replaced_again(planner):
    first = taken("First")
    taken("Second", supersedes=first)

    with pytest.raises(services.Refusal, match="superseded"):
        taken("Third", supersedes=first)


def test_a_review_is_on_home_until_it_is_done(planner, client, post):
    today = timezone.localdate()
    mine = taken("Hold on to Acme", by=planner, review_on=today)
    taken("Not yet", by=planner, review_on=today + timedelta(days=1))
    taken("Of somebody else", review_on=today)

    home = client.get(reverse("reporting:home")).content.decode()
    assert "Hold on to Acme" in home
    assert "Not yet" not in home
    assert "Of somebody else" not in home
    later = today + timedelta(days=90)
    assert post("decision-review", mine, note="Still half the price.", next_on=later).url
    assert "Hold on to Acme" not in client.get(reverse("reporting:home")).content.decode()
    mine.refresh_from_db()
    assert (mine.review_on, mine.state) == (later, "decided")
    assert mine.reviews.get().note == "Still half the price."


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"note": ""}, "This field is required."),
        ({"note": "Yes.", "next_on": "2020-01-01"}, "Choose a day to come."),
    ],
)
def test_half_a_review_is_sent_back(planner, post, values, message):
    response = post("decision-review", taken("Acme"), **values)

    assert response.status_code == 422
    assert message in response.content.decode()


def test_a_stub_cannot_be_looked_at_again(planner, post):
    response = post("decision-review", planning.decision(), note="Yes.")

    assert response.status_code == 422


def test_what_was_decided_about_the_same_is_shown_with_the_reason(planner, get):
    for number in range(6):
        taken(f"Filler {number}", context="Roadmap and planning of the quarter.")
    maps = taken("Which maps vendor?", context="Geocoding of postcodes is slow.")
    planning.decision(title="Which maps vendor is cheap?")

    (best, *_) = similar_decisions(title="A vendor for maps", body="", user=planner)
    assert best.decision == maps
    assert {"maps", "vendor"} <= set(" ".join(best.words).split())
    page = get("similar-decisions", title="A vendor for maps").content.decode()
    assert maps.key in page
    assert "both speak of maps, vendor" in page
    assert similar_decisions(title="", user=planner) == []
    assert similar_decisions(title="zzz qqq '); --\x00", user=planner) == []


def test_a_new_one_shows_them_once_it_stands(planner, get):
    maps = taken("Which maps vendor?")
    stub = planning.decision(title="Which maps vendor next year?")

    for name in ("decision", "decide"):
        assert maps.title in get(name, stub).content.decode()


def test_the_export_of_one_says_all(planner, get):
    older = taken("Use Beta")
    decision = taken(
        "Which: maps/vendor?\n# no heading", context="It is slow.", supersedes=older,
        review_on=date(2027, 5, 1), initiative=planning.initiative(title="Checkout"),
    )  # fmt: skip
    decision.consulted.add(UserFactory(name="Ada Quick"))

    response = get("decision-export", decision)

    text = b"".join(response.streaming_content).decode()
    name = f'filename="dec-{decision.pk}-which-mapsvendor-no-heading.md"'
    assert name in response["Content-Disposition"]
    assert text.startswith(f"# {decision.key} Which: maps/vendor? # no heading\n")
    for part in (
        "* Status: Decided",
        "* Consulted: Ada Quick",
        "## Context and Problem Statement\n\nIt is slow.",
        "## Considered Options\n\n* Acme\n* Build it",
        "## Decision Outcome\n\nWe take Acme.",
        RATIONALE,
        "Turned down: Two quarters of work.",
        f"* Supersedes: {older.key} Use Beta",
        "* Review: 2027-05-01",
        "Checkout",
    ):
        assert part in text


def test_the_log_is_what_the_list_shows(planner, get):
    taken("Kept")
    planning.decision(title="Left out")

    response = get("decision-log", state="decided")

    text = b"".join(response.streaming_content).decode()
    assert response.streaming
    assert "Kept" in text
    assert "Left out" not in text
    assert text.count("\n---\n") == 0
    everything = b"".join(get("decision-log").streaming_content).decode()
    assert everything.count("\n---\n") == 1
    assert "To decide." in everything


def test_the_log_asks_as_much_for_many_as_for_one(planner, get, django_assert_max_num_queries):
    for number in range(30):
        taken(f"Number {number}")

    with django_assert_max_num_queries(9):
        assert len(list(get("decision-log").streaming_content)) == 60


def test_what_is_decided_is_shown_beside_a_new_initiative_and_a_new_request(planner, get, client):
    maps = taken("Which maps vendor?", context="Geocoding of postcodes is slow.")

    for page in (get("new-initiative"), client.get(reverse("intake:new"))):
        assert reverse("planning:similar-decisions") in page.content.decode()
    draft = {"title": "A vendor for maps", "problem": "x" * 9000, "body": "", "why": ""}
    address = reverse("planning:similar-decisions")
    fragment = client.post(address, draft, headers={"HX-Request": "true"}).content.decode()
    page = client.post(address, draft).content.decode()
    assert maps.key in fragment
    assert "<h1" not in fragment
    assert maps.key in page
    assert "<h1" in page


def test_what_was_decided_about_a_request_is_shown_to_who_sorts_and_adopts_it(planner, get, client):
    maps = taken("Which maps vendor?", context="Geocoding of postcodes is slow.")
    asked = product_request(title="Another vendor for maps", state="accepted")
    fresh = product_request(title="Another maps vendor, please")

    assert maps.title in get("request-decisions", asked).content.decode()
    assert maps.title in get("adopt", asked).content.decode()
    detail = client.get(reverse("intake:triage-request", args=[fresh.pk])).content.decode()
    assert reverse("planning:request-decisions", args=[fresh.pk]) in detail


def test_who_only_asks_never_sees_what_was_decided_inside(client, db):
    maps = taken("Which maps vendor?", context="Geocoding of postcodes is slow.")
    asker = UserFactory(role="requester")
    asked = product_request(title="Another vendor for maps", author=asker)
    client.force_login(asker)
    typed = {"title": asked.title, "body": "Maps."}

    new = client.get(reverse("intake:new"), typed).content.decode()
    shown = client.get(reverse("planning:request-decisions", args=[asked.pk]))
    similar = client.post(reverse("planning:similar-decisions"), typed)

    assert "planning/decisions" not in new
    assert maps.title not in new
    assert (shown.status_code, similar.status_code) == (403, 403)


def test_words_of_what_was_turned_down_are_found(planner, get):
    taken("Who builds it")  # its second option says: Two quarters of work.
    planning.decision(title="Something else")

    for words in ("quarter", "builds quarters", "Acme"):
        assert listed(get, q=words) == {"Who builds it"}
    assert listed(get, q="harbour") == set()


def test_empty_words_make_nothing_similar(planner):
    taken("Drop INI-7 without the release", text="We drop it.")
    taken("Waive the load test", context="Launch without it.")
    for number in range(5):
        taken(f"Filler {number}", context="Nothing of the sort.")

    assert similar_decisions(title="Launch without a drop of the plan", user=planner) == []
    assert similar_decisions(title="Ship the release", body="A test of words.", user=planner) == []
    (one,) = similar_decisions(title="Release", user=planner)
    assert one.words == ("Release",)


def test_one_endless_word_is_no_error(planner, get):
    stub = planning.decision(title="Why?", context="https://example.com/?" + "filter=abc&" * 400)

    for name in ("decision", "decide"):
        assert get(name, stub).status_code == 200
