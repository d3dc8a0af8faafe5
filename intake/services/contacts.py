"""Contacts with customers: written down by whoever made them, kept within a budget."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from intake.models import (
    Account,
    Contact,
    ContactBudget,
    ContactPerson,
    DoNotContact,
    ProductRequest,
)
from intake.services.states import Refusal
from prodops.audit import services as audit
from prodops.people.models import User


class OverBudget(Refusal):
    """The customer is contacted too often, or not to be contacted; `warnings` say which and why."""

    def __init__(self, warnings: list[str]):
        super().__init__(" ".join([*warnings, "Say why it was made all the same."]))
        self.warnings = warnings


def contact_warnings(*, account: Account, person: ContactPerson | None, on: date) -> list[str]:
    """Return why this account, or this person there, should not be contacted on that day."""
    return [*_silences(account, person, on), *_recent(account, person, on)]


def _silences(account: Account, person: ContactPerson | None, on: date) -> Iterator[str]:
    whom = Q(person=None) | Q(person=person) if person else Q(person=None)
    for silence in account.silences.filter(whom).standing(on).for_display():
        until = f"until {_day(silence.until_on)}" if silence.until_on else "until further notice"
        reason = silence.reason.rstrip(".")
        yield f"{silence.person or account} is not to be contacted {until}: {reason}."


def _recent(account: Account, person: ContactPerson | None, on: date) -> Iterator[str]:
    budget = read_budget()
    near = account.contacts.for_display()
    spans = [(near.filter(person=person), budget.person_days)] if person else []
    for rows, days in [*spans, (near, budget.account_days)]:
        found = rows.around(on, days).first() if days else None
        if found:
            free = _day(found.on + timedelta(days=days))
            yield (
                f"{found.by} contacted {found.person or account} on {_day(found.on)} about"
                f" “{found.about}”. The budget is one contact in {days} days: free from {free}."
            )
            return


def read_budget() -> ContactBudget:
    """Return how often customers may be contacted."""
    return ContactBudget.objects.get_or_create(pk=1)[0]


@transaction.atomic
def set_budget(*, person_days: int, account_days: int) -> ContactBudget:
    """Say how many days lie between two contacts; 0 sets no limit."""
    budget = read_budget()
    if (budget.person_days, budget.account_days) != (person_days, account_days):
        budget.person_days, budget.account_days = person_days, account_days
        budget.save(update_fields=["person_days", "account_days"])
    return budget


@transaction.atomic
def log_contact(
    *,
    account: Account,
    channel: str,
    on: date,
    about: str,
    by: User,
    at: datetime,
    person: ContactPerson | None = None,
    product_request: ProductRequest | None = None,
    override_reason: str = "",
) -> Contact:
    """Write down one contact; of two people at once the second one is warned.

    Raises OverBudget when the budget says no and nothing says why it was made all the same, Refusal
    for a day to come. A reason that was not needed is not kept.
    """
    if on > timezone.localdate(at):
        raise Refusal("Write a contact down when it was made, not before.")
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    warnings = contact_warnings(account=account, person=person, on=on)
    if warnings and not override_reason.strip():
        raise OverBudget(warnings)
    contact = Contact.objects.create(
        account=account,
        person=person,
        channel=channel,
        on=on,
        about=about,
        product_request=product_request,
        override_reason=override_reason.strip() if warnings else "",
        by=by,
        at=at,
    )
    _record(contact)
    return contact


def _record(contact: Contact) -> None:
    """Tell of it on the request it was about, to insiders only."""
    if contact.product_request is None:
        return
    channel = contact.get_channel_display().lower()
    reason = f"\n\nAgainst the contact budget: {contact.override_reason}"
    audit.record(
        "request.customer_contacted",
        thread=contact.product_request.thread,
        summary=f"contacted {contact.whom} ({channel}, {_day(contact.on)})",
        detail=contact.about + (reason if contact.override_reason else ""),
        by=contact.by,
        at=contact.at,
    )


@transaction.atomic
def add_contact_person(
    *, account: Account, name: str, email: str = "", job_title: str = ""
) -> ContactPerson:
    """List somebody who works for a customer. Raises Refusal when they are listed already."""
    known = account.people.filter(name__iexact=name, email__iexact=email)
    if known.exists():
        raise Refusal(f"{name} is listed for {account} already.")
    return ContactPerson.objects.create(
        account=account, name=name, email=email, job_title=job_title
    )


@transaction.atomic
def leave_in_peace(
    *,
    account: Account,
    reason: str,
    by: User,
    at: datetime,
    person: ContactPerson | None = None,
    until_on: date | None = None,
) -> DoNotContact:
    """Nobody contacts this account, or this person there, until a day or until it is lifted.

    It takes the place of what was said before about the same account or person.
    """
    from_on = timezone.localdate(at)
    if until_on and until_on < from_on:
        raise Refusal("Choose a day to come.")
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    before = DoNotContact.objects.filter(account=account, person=person, lifted_at=None)
    before.update(lifted_at=at, lifted_by=by)
    return DoNotContact.objects.create(
        account=account, person=person, reason=reason, from_on=from_on, until_on=until_on, by=by
    )


@transaction.atomic
def lift(*, silence: DoNotContact, by: User, at: datetime) -> DoNotContact:
    """Let a customer be contacted again; lifting twice changes nothing."""
    held = DoNotContact.objects.select_for_update().get(pk=silence.pk)
    if held.lifted_at is None:
        held.lifted_at, held.lifted_by = at, by
        held.save(update_fields=["lifted_at", "lifted_by"])
    return held


def _day(on: date) -> str:
    return f"{on.day} {on:%b %Y}"
