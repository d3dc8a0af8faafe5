"""Who at a customer was spoken to, by whom and about what, and whom to leave in peace."""

from datetime import timedelta

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.urls import reverse

from intake.models.catalogue import Account
from intake.models.product_request import ProductRequest
from prodops.audit.models import AppendOnly, Recorded
from prodops.people.permissions import is_insider

# Two people who write at once queue up at the account, so the second one sees the first.
WITHIN_BUDGET = pgtrigger.Trigger(
    name="within_budget",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    declare=[("budget", "intake_contactbudget%ROWTYPE")],
    func="""
        PERFORM 1 FROM intake_account WHERE id = NEW.account_id FOR NO KEY UPDATE;
        SELECT * INTO budget FROM intake_contactbudget;
        IF NEW.override_reason = '' AND (
            EXISTS (
                SELECT 1 FROM intake_contact one
                WHERE one.account_id = NEW.account_id
                  AND (abs(one."on" - NEW."on") < budget.account_days
                       OR (one.person_id = NEW.person_id
                           AND abs(one."on" - NEW."on") < budget.person_days)))
            OR EXISTS (
                SELECT 1 FROM intake_donotcontact quiet
                WHERE quiet.account_id = NEW.account_id AND quiet.lifted_at IS NULL
                  AND (quiet.person_id IS NULL OR quiet.person_id = NEW.person_id)
                  AND quiet.from_on <= NEW."on"
                  AND (quiet.until_on IS NULL OR quiet.until_on >= NEW."on")))
        THEN
            RAISE EXCEPTION 'a contact beyond the budget needs a reason'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'contact_within_budget';
        END IF;
        RETURN NEW;
    """,
)
SAME_ACCOUNT = pgtrigger.Trigger(
    name="same_account",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    condition=pgtrigger.Q(new__person__isnull=False),
    func="""
        IF NOT EXISTS (SELECT 1 FROM intake_contactperson
                       WHERE id = NEW.person_id AND account_id = NEW.account_id) THEN
            RAISE EXCEPTION 'the person belongs to another account'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'person_of_the_account';
        END IF;
        RETURN NEW;
    """,
)


class ContactBudget(models.Model):
    """How often customers may be contacted: one row for the whole organisation."""

    person_days = models.PositiveSmallIntegerField(
        "days between two contacts with a person", default=14
    )
    account_days = models.PositiveSmallIntegerField(
        "days between two contacts with an account", default=3
    )

    class Meta:
        triggers = [Recorded()]
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="contact_budget_is_one"),
            models.CheckConstraint(
                condition=Q(person_days__lte=365, account_days__lte=365),
                name="contact_budget_is_a_year_at_most",
            ),
        ]

    def __str__(self):
        return f"Each person every {self.person_days} days, any of them every {self.account_days}"


class ContactPersonQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def for_display(self):
        """With `spoken_on`, when anybody here last contacted them, by name."""
        latest = self.model._default_manager.filter(pk=OuterRef("pk"))
        spoken = latest.order_by("-contacts__on").values("contacts__on")[:1]
        return self.annotate(spoken_on=Subquery(spoken)).order_by("name", "pk")


class ContactPerson(models.Model):
    """Somebody who works for a customer."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="people")
    name = models.CharField(max_length=120)
    email = models.EmailField("e-mail", blank=True)
    job_title = models.CharField(max_length=120, blank=True)

    objects = ContactPersonQuerySet.as_manager()

    class Meta:
        triggers = [Recorded()]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="contact_person_has_a_name"),
            models.UniqueConstraint(
                "account",
                Lower("name"),
                Lower("email"),
                name="contact_person_once",
                violation_error_message="This person is listed already.",
            ),
        ]
        verbose_name_plural = "contact people"

    def __str__(self):
        return self.name


class ContactQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Insiders see every contact; requesters none."""
        return self if is_insider(user) else self.none()

    def around(self, on, days):
        """Contacts less than `days` before or after a day."""
        span = timedelta(days=days)
        return self.filter(on__gt=on - span, on__lt=on + span)

    def over_budget(self, is_over=True):
        """Those made although the budget said no, or the others."""
        return self.exclude(override_reason="") if is_over else self.filter(override_reason="")

    def for_display(self):
        related = self.select_related("account", "person", "by", "product_request")
        return related.order_by("-on", "-pk")


class Contact(models.Model):
    """One time somebody here spoke or wrote to a customer. What happened is never rewritten."""

    class Channel(models.TextChoices):
        EMAIL = "email", "E-mail"
        CALL = "call", "Call"
        MEETING = "meeting", "Meeting"
        CHAT = "chat", "Chat"
        SURVEY = "survey", "Survey"
        OTHER = "other", "Something else"

    account = models.ForeignKey(Account, models.PROTECT, related_name="contacts")
    person = models.ForeignKey(
        ContactPerson, models.PROTECT, null=True, blank=True, related_name="contacts"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="contacts")
    channel = models.CharField(max_length=8, choices=Channel)
    on = models.DateField()
    about = models.CharField(max_length=300)
    product_request = models.ForeignKey(
        ProductRequest, models.PROTECT, null=True, blank=True, related_name="contacts"
    )
    override_reason = models.CharField(
        max_length=300, blank=True, help_text="Why it was made although the budget said no."
    )
    at = models.DateTimeField(help_text="When it was written down.")

    objects = ContactQuerySet.as_manager()

    class Meta:
        triggers = [AppendOnly(), Recorded(), SAME_ACCOUNT, WITHIN_BUDGET]
        constraints = [
            models.CheckConstraint(condition=~Q(about=""), name="contact_was_about_something")
        ]
        indexes = [
            models.Index(fields=["account", "-on"], name="contact_by_account"),
            models.Index(fields=["-on", "-id"], name="contact_newest"),
        ]

    def __str__(self):
        return f"{self.whom} on {self.on}"

    @property
    def whom(self):
        """The person, or the account where nobody in particular was spoken to."""
        return f"{self.person}, {self.account}" if self.person_id else str(self.account)


class DoNotContactQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def standing(self, on):
        """Those in force on a day."""
        ends = Q(until_on=None) | Q(until_on__gte=on)
        return self.filter(ends, lifted_at=None, from_on__lte=on)

    def for_display(self):
        return self.select_related("account", "person", "by").order_by("-from_on", "-pk")


class DoNotContact(models.Model):
    """A customer, or one person there, whom nobody contacts for a while or for good."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="silences")
    person = models.ForeignKey(
        ContactPerson, models.PROTECT, null=True, blank=True, related_name="silences"
    )
    reason = models.CharField(max_length=300)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True, help_text="Empty: until it is lifted.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DoNotContactQuerySet.as_manager()

    class Meta:
        verbose_name = "do-not-contact"
        verbose_name_plural = "do-not-contacts"
        triggers = [Recorded(), SAME_ACCOUNT]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="do_not_contact_has_reason"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=models.F("from_on")),
                name="do_not_contact_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="do_not_contact_lifted_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["account", "person"],
                nulls_distinct=False,
                condition=Q(lifted_at=None),
                name="do_not_contact_once",
            ),
        ]

    def __str__(self):
        return f"{self.person or self.account}: {self.reason}"

    def get_absolute_url(self):
        return reverse("intake:account", args=[self.account_id])
