"""Customers are contacted within a budget, whoever does it; what goes beyond it says why."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from intake import services
from intake.models import Account, Contact, ContactPerson, DoNotContact
from prodops.audit.models import Change
from prodops.people.models import User
from tests.factories.intake import AccountFactory, product_request
from tests.factories.people import UserFactory
from tests.intake.threads import at_once

AT = datetime(2026, 11, 20, 10, tzinfo=UTC)
TODAY = date(2026, 11, 20)


@pytest.fixture
def account(db):
    return AccountFactory(name="Baltic Freight")


@pytest.fixture
def tom(account):
    return services.add_contact_person(account=account, name="Tom Reed", email="tom@baltic.example")


@pytest.fixture
def mira(db):
    return UserFactory(name="Mira Chen")


@pytest.fixture
def today(client, mira):
    """Today as the pages know it; Mira is signed in."""
    client.force_login(mira)
    from django.utils import timezone

    return timezone.localdate()


def talk(account, by, on=TODAY, **fields):
    given = {"channel": "call", "about": "Their exports", "at": AT, **fields}
    return services.log_contact(account=account, by=by, on=on, **given)


@pytest.mark.parametrize(("days_before", "is_free"), [(13, False), (14, True), (-1, False)])
def test_a_person_is_contacted_once_in_fourteen_days(account, tom, mira, days_before, is_free):
    """The day of the log counts, not the order in which contacts were written down."""
    services.set_budget(person_days=14, account_days=0)
    talk(account, mira, person=tom, on=TODAY - timedelta(days=days_before + 2))
    on = TODAY - timedelta(days=2)

    if is_free:
        assert talk(account, UserFactory(), person=tom, on=on).override_reason == ""
        return
    with pytest.raises(services.OverBudget, match="Mira Chen contacted Tom Reed on"):
        talk(account, UserFactory(), person=tom, on=on)


def test_another_person_there_is_free_when_the_account_rested(account, tom, mira):
    nora = services.add_contact_person(account=account, name="Nora Quist")
    talk(account, mira, person=tom, on=TODAY - timedelta(days=3))

    assert talk(account, mira, person=nora).person == nora


def test_an_account_rests_for_three_days_whoever_is_spoken_to(account, tom, mira):
    talk(account, mira, on=TODAY - timedelta(days=2))

    with pytest.raises(services.OverBudget, match="free from 21 Nov 2026"):
        talk(account, mira, person=tom)


def test_a_reason_lets_it_pass_and_is_kept_only_where_it_was_needed(account, tom, mira):
    first = talk(account, mira, person=tom, override_reason="Just in case")
    second = talk(account, mira, person=tom, override_reason=" They asked us to call back. ")

    assert first.override_reason == ""
    assert second.override_reason == "They asked us to call back."
    assert list(Contact.objects.over_budget()) == [second]


def test_the_database_keeps_the_budget_without_the_code(account, mira):
    talk(account, mira)
    fields = {"account": account, "by": mira, "channel": "call", "about": "x", "at": AT}

    with pytest.raises(IntegrityError, match="needs a reason"), transaction.atomic():
        Contact.objects.create(on=TODAY, **fields)
    Contact.objects.create(on=TODAY - timedelta(days=3), **fields)


def test_what_was_said_stays_said(account, mira):
    made = talk(account, mira)

    for change in (Contact.objects.all().delete, lambda: Contact.objects.update(about="y")):
        with pytest.raises(Exception, match="annot"), transaction.atomic():
            change()
    assert Contact.objects.get() == made


def test_a_person_of_another_account_is_refused_by_the_database(account, tom, mira):
    with pytest.raises(IntegrityError, match="another account"), transaction.atomic():
        talk(AccountFactory(), mira, person=tom)


def test_whom_to_leave_in_peace_until_a_day(account, tom, mira):
    services.leave_in_peace(
        account=account, reason="A lawsuit.", until_on=date(2026, 12, 1), by=mira, at=AT
    )
    later = datetime(2026, 12, 5, tzinfo=UTC)

    with pytest.raises(services.OverBudget, match="until 1 Dec 2026: A lawsuit."):
        talk(account, mira, person=tom)
    with pytest.raises(IntegrityError, match="needs a reason"), transaction.atomic():
        Contact.objects.create(account=account, by=mira, channel="call", about="x", at=AT, on=TODAY)
    assert talk(account, mira, person=tom, on=date(2026, 12, 2), at=later)


def test_one_person_is_left_in_peace_and_the_others_are_not(account, tom, mira):
    nora = services.add_contact_person(account=account, name="Nora Quist")
    quiet = services.leave_in_peace(account=account, person=tom, reason="Ill", by=mira, at=AT)

    assert services.contact_warnings(account=account, person=nora, on=TODAY) == []
    assert services.contact_warnings(account=account, person=tom, on=TODAY) != []
    services.lift(silence=quiet, by=mira, at=AT)
    services.lift(silence=quiet, by=UserFactory(), at=AT + timedelta(days=1))
    assert DoNotContact.objects.get().lifted_by == mira
    assert talk(account, mira, person=tom)


def test_a_newer_silence_takes_the_place_of_the_older(account, mira):
    for reason in ("First", "Second"):
        services.leave_in_peace(account=account, reason=reason, by=mira, at=AT)

    assert [each.reason for each in DoNotContact.objects.standing(TODAY)] == ["Second"]
    assert DoNotContact.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_once_one_is_warned():
    account, people = AccountFactory(), [UserFactory() for _ in range(6)]

    refusals = at_once([lambda by=by: talk(account, by) for by in people])

    assert Contact.objects.count() == 1
    assert sum(isinstance(each, services.OverBudget) for each in refusals) == 5


def test_the_form_warns_and_takes_a_reason(client, account, today, mira):
    address = f"{reverse('intake:new-contact')}?account={account.pk}"
    wanted = {"channel": "email", "on": today.isoformat(), "about": "Their exports"}
    assert client.post(address, wanted)["Location"] == account.get_absolute_url()

    assert "Mira Chen contacted Baltic Freight" in client.get(address).content.decode()
    refused = client.post(address, wanted)
    assert (refused.status_code, "Say why" in refused.content.decode()) == (422, True)
    client.post(address, {**wanted, "override_reason": "They asked"})

    page = client.get(reverse("intake:contacts"), {"budget": "over"}).content.decode()
    assert "They asked" in page
    assert Change.objects.filter(table="intake_contact", actor=mira).count() == 2


def test_a_contact_about_a_request_stands_on_it_for_insiders_only(client, account, today):
    asker = UserFactory(role=User.Role.REQUESTER)
    asked = product_request(account=account, author=asker)
    address = f"{reverse('intake:new-contact')}?request={asked.pk}"

    client.post(address, {"channel": "call", "on": today.isoformat(), "about": "The file format"})

    record = reverse("intake:request", args=[asked.pk])
    page = client.get(record).content.decode()
    assert "contacted Baltic Freight" in page
    assert "Too soon" in page
    client.force_login(asker)
    page = client.get(record).content.decode()
    assert "contacted Baltic Freight" not in page
    assert "Too soon" not in page


@pytest.mark.parametrize("key", ["x", "9" * 30, "²", "-1", "", "1%00"])
def test_a_wrong_customer_or_request_is_no_error(client, today, key):
    for name in ("request", "account"):
        status = client.get(f"{reverse('intake:new-contact')}?{name}={key}").status_code
        assert status in {200, 404, 422}


@pytest.mark.parametrize(
    "wrong",
    [
        {"about": ""},
        {"on": "2199-01-01"},
        {"on": "0001-01-01"},
        {"on": "soon"},
        {"channel": "pigeon"},
        {"person": 9},
    ],
)
def test_the_form_says_what_is_wrong(client, account, today, wrong):
    wanted = {"channel": "email", "on": today.isoformat(), "about": "Exports", **wrong}

    answer = client.post(f"{reverse('intake:new-contact')}?account={account.pk}", wanted)

    assert answer.status_code == 422
    assert not Contact.objects.exists()


def test_the_page_of_an_account_tells_it_all(client, account, tom, today, mira):
    asked = product_request(title="Export of invoices", account=account)
    services.back(product_request=asked, person=mira, account=account, by=mira, at=AT)
    talk(account, mira, person=tom, on=today, at=datetime.now(UTC))
    services.leave_in_peace(account=account, reason="Audit week", by=mira, at=AT)

    page = client.get(account.get_absolute_url()).content.decode()

    for words in ("Export of invoices", "Tom Reed", "Their exports", "Audit week", "120k"):
        assert words in page
    assert "Lift it" not in page
    shown = client.get(reverse("intake:accounts"), {"contact": "silent"}).content.decode()
    assert "Baltic Freight" in shown
    assert (
        "Baltic" not in client.get(reverse("intake:accounts"), {"contact": "free"}).content.decode()
    )


def test_merged_requests_count_once_for_an_account(account, mira):
    parent = product_request(account=account)
    child = product_request(account=account)
    services.merge(child=child, parent=parent, by=mira, at=AT)

    shown = Account.objects.for_display(TODAY).get(pk=account.pk)

    assert (shown.requests, shown.voices) == (1, 2)


def test_people_are_added_and_left_in_peace_through_pages(client, account, today, mira):
    new = reverse("intake:new-contact-person", args=[account.pk])
    client.post(new, {"name": "Tom Reed", "email": "tom@baltic.example"})
    again = client.post(new, {"name": "tom reed", "email": "tom@baltic.example"})
    assert (again.status_code, "listed" in again.content.decode()) == (422, True)
    tom = ContactPerson.objects.get()

    client.post(reverse("intake:silence", args=[account.pk]), {"person": tom.pk, "reason": "Ill"})
    quiet = DoNotContact.objects.get()
    assert client.post(reverse("intake:lifting", args=[quiet.pk])).status_code == 403
    client.force_login(UserFactory(role="ops"))
    client.post(reverse("intake:lifting", args=[quiet.pk]))

    quiet.refresh_from_db()
    assert quiet.lifted_at is not None


def test_product_ops_sets_the_budget(client, account):
    client.force_login(UserFactory(role="ops"))
    address = reverse("intake:contact-budget")

    assert client.post(address, {"person_days": 500, "account_days": 1}).status_code == 422
    client.post(address, {"person_days": 30, "account_days": 7})

    budget = services.read_budget()
    assert (budget.person_days, budget.account_days) == (30, 7)
    with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute("INSERT INTO intake_contactbudget VALUES (2, 1, 1)")
