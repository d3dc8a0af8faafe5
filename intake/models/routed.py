"""Which rule sorted a request."""

from django.db import models

from intake.models.product_request import ProductRequest
from intake.models.routing import RoutingRule
from prodops.audit.models import AppendOnly
from prodops.people.models import ProductArea


class RequestRouting(models.Model):
    """A rule sorted a request when it arrived; never rewritten, whatever people change later."""

    product_request = models.OneToOneField(
        ProductRequest, models.CASCADE, primary_key=True, related_name="routing"
    )
    rule = models.ForeignKey(RoutingRule, models.PROTECT, related_name="routings")
    at = models.DateTimeField()
    asked_area = models.ForeignKey(
        ProductArea,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The area its author had named.",
    )

    class Meta:
        indexes = [models.Index(fields=["rule", "-at"], name="routing_by_rule")]
        triggers = [AppendOnly()]

    def __str__(self):
        return f"REQ-{self.product_request_id} by {self.rule_id}"
