"""The voice of customers of a week: to each reader once, at their hour, what they may see."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from intake import services
from intake.models.trend import beginning
from intake.services.weeks import Week, mail_of, send_weeks, summarise
from prodops.notifications import subscriptions
from prodops.notifications.models import Mail, Notification
from prodops.people.models import User
from tests.factories.intake import AccountFactory, product_request
from tests.factories.people import UserFactory
from tests.factories.themes import quote, theme

pytestmark = pytest.mark.django_db
WEEK = Week(date(2026, 11, 9))
WEDNESDAY = datetime(2026, 11, 11, 10, tzinfo=UTC)
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)


@pytest.fixture
def ops(db):
    return UserFactory(role="ops", time_zone="UTC", name="Olive Ops")


@pytest.fixture
def said(ops):
    """A week with a theme of two requests, an urgent one and a merge."""
    account = AccountFactory(name="Acme", arr=500_000)
    saml = theme("SAML", by=ops, at=WEDNESDAY)
    first = product_request(title="Okta", at=WEDNESDAY, account=account, urgency="critical")
    second = product_request(title="Okta again", at=WEDNESDAY)
    quote(first, saml, by=ops, at=WEDNESDAY)
    quote(second, saml, by=ops, at=WEDNESDAY)
    services.merge(child=second, parent=first, by=ops, at=WEDNESDAY + timedelta(hours=1))
    return saml


def wants(user, channel):
    subscriptions.choose(user=user, choices={"themes": channel})


def test_weeks_are_named_as_calendars_name_them():
    assert Week.before(date(2026, 11, 16)) == WEEK
    assert Week.before(date(2026, 11, 22)) == WEEK
    assert WEEK.slug == "2026-W46"
    assert Week.parse("2026-W46") == WEEK
    assert Week.parse("2027-W01").monday == date(2027, 1, 4)
    for wrong in (
        "2026-46",
        "W46",
        "2026-W60",
        "x-Wy",
        "2026-W",
        "0-W1",
        "99999-W01",
        "2026-W99999999999999999999",
    ):
        with pytest.raises(ValueError):
            Week.parse(wrong)


@pytest.mark.parametrize("slug", ["0001-W01", "1899-W52", "9999-W01"])
def test_weeks_no_hub_knew_are_not_there(client, ops, slug):
    client.force_login(ops)

    assert client.get(reverse("intake:week", args=[slug])).status_code == 404
    assert client.get(reverse("intake:week-mail", args=[slug])).status_code == 404


def test_a_summary_has_what_the_week_brought(said):
    found = summarise(WEEK)

    assert (found.asked, found.quoted, found.merged) == (2, 2, 1)
    assert [(theme.name, theme.count) for theme in found.top] == [("SAML", 2)]
    assert [theme.name for theme in found.growing] == ["SAML"]
    assert [each.title for each in found.urgent] == ["Okta"]
    assert found.top[0].standing.voices == 2
    assert summarise(Week(date(2026, 11, 2))).is_empty


def test_who_wants_it_at_once_gets_one_mail_in_text_and_html(said, ops):
    wants(ops, "instant")

    assert send_weeks(at=MONDAY) == 1
    assert send_weeks(at=MONDAY) == 0
    assert send_weeks(at=MONDAY + timedelta(days=3)) == 0

    mail = Mail.objects.get()
    assert mail.key == f"themes:2026-W46:{ops.pk}"
    assert mail.body.subject.startswith("The voice of customers, 9 Nov to 15 Nov 2026: SAML leads")
    assert mail.unsubscribe_path
    for part in (mail.body.text, mail.body.html):
        for words in ("SAML", "Okta", "ARR 500k", said.get_absolute_url()):
            assert words in part
    assert "&amp;" not in mail.body.text


def test_others_get_a_line_and_requesters_nothing(said, ops):
    off, outsider = UserFactory(role="executive"), UserFactory(role="requester")
    wants(off, "off")
    wants(outsider, "instant")

    send_weeks(at=MONDAY + timedelta(hours=12))

    told = dict(Notification.objects.filter(kind="themes").values_list("recipient", "channel"))
    assert told == {ops.pk: "digest", off.pk: "off"}
    assert not Mail.objects.filter(key__startswith="themes:").exists()


def test_monday_at_eight_comes_for_each_in_their_own_zone(said, ops):
    american = UserFactory(role="contributor", time_zone="America/New_York")
    assert send_weeks(at=MONDAY - timedelta(hours=2)) == 0
    assert send_weeks(at=MONDAY) == 1
    assert send_weeks(at=datetime(2026, 11, 16, 12, 30, tzinfo=UTC)) == 0
    assert send_weeks(at=datetime(2026, 11, 16, 13, 30, tzinfo=UTC)) == 1
    assert Notification.objects.filter(recipient=american, kind="themes").count() == 1


def test_a_quiet_week_is_told_to_nobody(ops):
    wants(ops, "instant")
    product_request(at=WEDNESDAY)
    assert send_weeks(at=MONDAY) == 0
    assert not Mail.objects.exists()


def test_arr_is_only_for_those_who_may_see_it(said, ops):
    summary = summarise(WEEK)
    assert "500k" in mail_of(summary, ops)["html"]
    ops.role = User.Role.REQUESTER
    unseen = mail_of(summary, ops)
    assert "500k" not in unseen["html"] + unseen["text"]
    assert "ARR" not in unseen["html"] + unseen["text"]


def test_the_week_is_a_page_and_operations_see_it_as_mail(said, ops, client):
    client.force_login(ops)
    page = client.get(reverse("intake:week", args=["2026-W46"])).content.decode()
    for words in ("SAML", "Okta", "500k", "Week before"):
        assert words in page
    mail = client.get(reverse("intake:week-mail", args=["2026-W46"])).content.decode()
    assert "Read the week in the hub" in mail
    for wrong in ("2999-W01", "nonsense"):
        assert client.get(reverse("intake:week", args=[wrong])).status_code == 404


def test_the_link_in_the_mail_turns_it_off(said, ops, client):
    wants(ops, "instant")
    send_weeks(at=MONDAY)
    client.post(Mail.objects.get().unsubscribe_path)
    assert subscriptions.choices_of(ops)["themes"] == "off"


def test_a_week_and_a_month_are_the_organisations_whoever_looks():
    seen = []
    for zone in ("UTC", "Pacific/Auckland", "America/Los_Angeles"):
        with timezone.override(zone):
            seen.append((WEEK.bounds, beginning(datetime(2026, 3, 1, 2, tzinfo=UTC))))
    assert len(set(seen)) == 1
