"""Links for others: nothing inner in them, and nothing of them anywhere else."""

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from planning import services as planning_services
from planning.models import RoadmapLink
from planning.services import Refusal, roadmap
from prodops.audit.models import Change
from prodops.people.models import ProductArea
from tests.factories import intake, planning
from tests.factories import roadmap as factory
from tests.factories.people import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MARK = "quokka"


@pytest.fixture(autouse=True)
def _on_that_day(time_machine):
    time_machine.move_to(AT, tick=False)


def address(secret):
    return reverse("planning:shared-roadmap", args=[secret])


def read(client, secret):
    client.logout()
    return client.get(address(secret))


def without_nonce(answer):
    return re.sub(r'nonce="[^"]*"', "", answer.text)


def secretive(horizon="now"):
    """An initiative whose every inner word is marked, told to customers and to executives."""
    owner = UserFactory(name=f"Owner {MARK}")
    made = planning.initiative(
        title=f"Title {MARK}",
        problem=f"Problem {MARK}",
        outcome=f"Outcome {MARK}",
        owner=owner,
        teams=[TeamFactory(name=f"Team {MARK}")],
        product_area=ProductArea.objects.create(name=f"Area {MARK}", slug=f"area-{MARK}-{horizon}"),
        start_on=AT.date(),
        target_on=AT.date() + timedelta(days=61),
        stage="delivery",
        at=AT,
    )
    account = intake.AccountFactory(name=f"Account {MARK}", arr=Decimal("987654"))
    asked = intake.product_request(title=f"Request {MARK}", body=MARK, account=account)
    factory.place(horizon, of=made, at=AT)
    factory.wording(of=made, title="Told to customers", text="In their words", at=AT)
    for audience in ("executive", "go_to_market", "support"):
        factory.wording(of=made, audience=audience, title=f"{audience} {MARK}", text=MARK, at=AT)
    planning_services.report_status(
        initiative=made, status="off_track", text=f"Note {MARK}", by=owner, at=AT
    )
    return made, asked


def test_nothing_inner_is_in_it(client):
    made, asked = secretive()
    made.request_links.create(product_request=asked, at=AT, by=made.owner)
    untold = factory.place("next", title=f"Untold {MARK}", at=AT)
    _, secret = factory.link(at=AT, name=f"Name {MARK}", by=UserFactory(name=f"Sharer {MARK}"))

    page = read(client, secret).text

    assert "Told to customers" in page
    assert "In their words" in page
    assert MARK not in page.lower()
    for inner in (made.key, untold.initiative.key, asked.key, "987654", "987,654", "Off track",
                  f"/{made.pk}/", made.owner.email):  # fmt: skip
        assert inner not in page
    assert "Jan 2027" in page
    assert "2 Jan" not in page


def test_what_came_out_is_told_and_what_was_cancelled_is_not(client, time_machine):
    done, _ = secretive()
    planning_services.finish_initiative(initiative=done, by=done.owner, at=AT)
    dropped = factory.place("next", at=AT).initiative
    factory.wording(of=dropped, title="Dropped words", at=AT)
    planning_services.cancel_initiative(initiative=dropped, reason=MARK, by=dropped.owner, at=AT)
    _, secret = factory.link(at=AT, days=120)

    page = read(client, secret).text
    assert "since November 2026" in page
    assert "Dropped words" not in page

    time_machine.move_to(AT + timedelta(days=91), tick=False)
    assert "Told to customers" not in read(client, secret).text


def test_a_link_of_an_area_tells_only_of_it(client):
    made, _ = secretive()
    area = made.product_area
    area.name = "Visibility"
    area.save()
    other = factory.place(at=AT).initiative
    factory.wording(of=other, title="Elsewhere", at=AT)
    _, secret = factory.link(at=AT, product_area=area)

    page = read(client, secret).text

    assert "Told to customers" in page
    assert "Elsewhere" not in page
    assert "Visibility" not in page, "nobody worded the name of the area for them"


def test_it_is_not_kept_not_indexed_not_passed_on_and_needs_no_session(client):
    _, secret = factory.link(at=AT)

    for answer in (read(client, secret), read(client, "unknown")):
        assert answer["Cache-Control"] == "no-store, private"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert 'name="robots" content="noindex' in answer.text
        assert not answer.cookies
    assert 'name="referrer" content="no-referrer"' in read(client, secret).text


def test_it_ends_to_the_minute(client, time_machine):
    _, secret = factory.link(at=AT, expires_at=AT + timedelta(hours=1))

    time_machine.move_to(AT + timedelta(minutes=59, seconds=59), tick=False)
    assert read(client, secret).status_code == 200
    time_machine.move_to(AT + timedelta(hours=1), tick=False)
    assert read(client, secret).status_code == 404


def test_unknown_ended_and_revoked_are_the_same_answer(client, time_machine):
    _, ended = factory.link(at=AT - timedelta(days=9), days=9)
    link, revoked = factory.link(at=AT)
    assert read(client, revoked).status_code == 200
    roadmap.revoke_roadmap_link(link=link, by=link.created_by, at=AT)

    answers = [read(client, each) for each in ("unknown", ended, revoked)]

    assert [each.status_code for each in answers] == [404] * 3
    assert len({without_nonce(each) for each in answers}) == 1
    assert len({tuple(sorted(each.headers.items())) for each in answers}) <= 3
    names = {tuple(sorted(each.headers)) for each in answers}
    assert len(names) == 1


@pytest.mark.parametrize("secret", ["\x00", "a\x00b", "\ud800", "x" * 5000, "ä ö", "%", "..", "'"])
def test_hostile_secrets_open_nothing(client, secret):
    path = "/planning/roadmap/shared/" + quote(secret, safe="", errors="surrogatepass") + "/"

    assert client.get(path).status_code == 404
    assert RoadmapLink.objects.of(secret, AT) is None


def test_openings_are_counted_and_wrong_ones_are_not(client):
    link, secret = factory.link(at=AT)

    for _ in range(3):
        read(client, secret)
    read(client, "unknown")

    link.refresh_from_db()
    assert (link.opened, link.last_opened_at) == (3, AT)


def test_too_many_calls_have_to_wait(client):
    _, secret = factory.link(at=AT)

    assert [read(client, secret).status_code for _ in range(61)] == [200] * 60 + [429]
    guesses = [read(client, f"guess-{n}") for n in range(31)]
    assert [each.status_code for each in guesses] == [404] * 30 + [429]
    assert guesses[-1]["Retry-After"] == "60"


def test_the_secret_is_shown_once_and_nowhere_kept(client, operator):
    page = reverse("planning:roadmap-links")
    ends_on = timezone.localdate() + timedelta(days=9)
    values = {"name": "Kestrel", "audience": "customer", "ends_on": ends_on.isoformat()}

    made = client.post(page, values)
    (secret,) = re.findall(r"/roadmap/shared/([\w-]+)/", made.text)

    assert made["Cache-Control"].find("no-store") >= 0
    link = RoadmapLink.objects.get()
    assert client.get(address(secret)).status_code == 200
    kept = [str(row) for row in RoadmapLink.objects.values()]
    kept += [json.dumps(row, default=str) for row in Change.objects.values()]
    kept += [client.get(page).text, client.get(reverse("audit:changes")).text]
    assert not any(secret in each for each in kept)
    assert not any(link.digest in each for each in kept[1:])
    assert secret.startswith(link.prefix)
    assert len(link.prefix) <= 6

    client.post(reverse("planning:roadmap-link-revocation", args=[link.pk]))
    assert client.get(address(secret)).status_code == 404


def test_whose_link_it_is_ends_it_and_operations(client):
    mira = UserFactory()
    link, _ = factory.link(at=AT, by=mira)
    revoke = reverse("planning:roadmap-link-revocation", args=[link.pk])

    for user, status in ((UserFactory(), 404), (UserFactory(role="executive"), 403), (mira, 302)):
        client.force_login(user)
        assert client.post(revoke).status_code == status
    link.refresh_from_db()
    assert link.revoked_by == mira
    roadmap.revoke_roadmap_link(link=link, by=UserFactory(), at=AT)
    link.refresh_from_db()
    assert link.revoked_by == mira


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_a_link_ends_within_a_year(days):
    with pytest.raises(Refusal, match="within a year"):
        factory.link(at=AT, days=days)


def test_the_last_day_on_the_page_is_the_last_day_it_works(client, operator, time_machine):
    values = {"name": "Kestrel", "audience": "customer", "ends_on": "2026-11-20"}
    made = client.post(reverse("planning:roadmap-links"), values)
    (secret,) = re.findall(r"/roadmap/shared/([\w-]+)/", made.text)

    assert "until the end of 20 November 2026" in client.get(address(secret)).text
