"""What the form of each kind asks beside the usual, and what was answered."""

from datetime import date
from decimal import Decimal

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper

from intake.models.catalogue import RequestKind
from intake.models.facts import Value
from intake.models.product_request import ProductRequest
from prodops.audit.models import Recorded

LONGEST_ANSWER = 10_000
YES_NO = {"yes": "Yes", "no": "No"}


class FormFieldQuerySet(models.QuerySet):
    def asked(self, kind):
        """What the form of a kind asks now, in order."""
        return self.filter(kind=kind, is_active=True).order_by("position", "pk")


class FormField(models.Model):
    """One question in the form of a kind; switched off it is asked no more, its answers stay."""

    class Type(models.TextChoices):
        SHORT = "short", "Short text"
        LONG = "long", "Long text"
        NUMBER = "number", "Number"
        DATE = "date", "Date"
        CHOICE = "choice", "Choice"
        YES_NO = "yes_no", "Yes or no"
        LINK = "link", "Link"

    kind = models.ForeignKey(RequestKind, models.CASCADE, related_name="form_fields")
    label = models.CharField(max_length=120)
    help_text = models.CharField("help", max_length=300, blank=True)
    type = models.CharField(max_length=6, choices=Type, default=Type.SHORT)
    options = ArrayField(
        models.CharField(max_length=120),
        default=list,
        blank=True,
        help_text="For a choice: what there is to choose, with commas between.",
    )
    is_required = models.BooleanField(default=False)
    allows_negative = models.BooleanField(
        "may be less than 0", default=False, help_text="Only numbers ask this."
    )
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(
        default=True, help_text="Switch off to ask it no more; its answers stay."
    )

    objects = FormFieldQuerySet.as_manager()

    class Meta:
        triggers = [
            Recorded(),
            pgtrigger.Trigger(
                name="answers_keep_type",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("type", "kind_id"),
                condition=pgtrigger.Q(old__type__df=pgtrigger.F("new__type"))
                | pgtrigger.Q(old__kind__df=pgtrigger.F("new__kind")),
                func="""
                    IF EXISTS (SELECT 1 FROM intake_formanswer WHERE field_id = OLD.id) THEN
                        RAISE EXCEPTION 'a question with answers keeps its kind and type';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                "kind",
                Lower("label"),
                name="form_field_label",
                violation_error_message="This kind asks a question of that label already.",
            ),
            models.CheckConstraint(
                condition=Q(type="choice", options__len__gte=2)
                | (~Q(type="choice") & Q(options__len=0)),
                name="form_field_choice_has_options",
                violation_error_message="A choice needs two options or more, and only a choice "
                "has any.",
            ),
        ]

    def __str__(self):
        return self.label

    def clean(self):
        """Refuse what the database would refuse, in words for the admin."""
        before = FormField.objects.filter(pk=self.pk).first() if self.pk else None
        if before and before.type != self.type and before.answers.exists():
            raise ValidationError(
                {"type": "It has answers. Switch it off and add a new question instead."}
            )


PROSE = (FormField.Type.SHORT, FormField.Type.LONG)


class FormAnswer(models.Model):
    """What somebody answered; `value` is text, numbers as 12.5, days as 2026-12-01, yes or no."""

    product_request = models.ForeignKey(ProductRequest, models.CASCADE, related_name="answers")
    field = models.ForeignKey(FormField, models.PROTECT, related_name="answers")
    value = models.TextField(max_length=LONGEST_ANSWER)

    class Meta:
        triggers = [Recorded()]
        constraints = [
            models.UniqueConstraint(fields=["product_request", "field"], name="answered_once"),
            models.CheckConstraint(condition=~Q(value=""), name="answer_not_empty"),
        ]
        indexes = [GinIndex(OpClass(Upper("value"), name="gin_trgm_ops"), name="answer_trigrams")]

    def __str__(self):
        return f"{self.field}: {self.words}"

    @property
    def words(self):
        """The answer as people read it."""
        if self.field.type == FormField.Type.YES_NO:
            return YES_NO.get(self.value, self.value)
        if self.field.type == FormField.Type.DATE:
            day = date.fromisoformat(self.value)
            return f"{day.day} {day:%b %Y}"
        return self.value

    @property
    def is_prose(self):
        """Somebody's own words, which can be quoted."""
        return self.field.type in PROSE

    @property
    def fact(self) -> Value:
        """The answer as a routing rule compares it."""
        is_number = self.field.type == FormField.Type.NUMBER
        return Decimal(self.value) if is_number else self.value
