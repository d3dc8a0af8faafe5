"""What becomes of mail: which kind of request it makes, and what strangers are told."""

from django.db import models

from intake.models.catalogue import RequestKind
from prodops.audit.models import Recorded
from prodops.integrations.mailbox.models import Mailbox


class MailPolicy(models.Model):
    """What product ops decided for one mailbox; without a row the defaults hold."""

    class Strangers(models.TextChoices):
        ANSWER = "answer", "Answer once a day that they need an account"
        HOLD = "hold", "Set their mail aside until an administrator makes an account"
        IGNORE = "ignore", "Ignore them"

    mailbox = models.OneToOneField(Mailbox, models.CASCADE, related_name="policy")
    kind = models.ForeignKey(
        RequestKind,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Of new requests; the first active one if empty.",
    )
    strangers = models.CharField(
        max_length=8, choices=Strangers, default=Strangers.ANSWER, help_text="Who have no account."
    )

    class Meta:
        verbose_name_plural = "mail policies"
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.mailbox}: {self.get_strangers_display()}"
