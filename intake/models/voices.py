"""How many voices each request has, kept ready for sorting by them."""

from django.db import models

from intake.models.product_request import ProductRequest


class VoiceCount(models.Model):
    """How many voices stand behind one request.

    Counting them for an order would count those of every request. In a table of its own, kept by
    triggers, like the words: a voice changes neither the request's row nor its change history.
    """

    product_request = models.OneToOneField(
        ProductRequest, models.CASCADE, primary_key=True, related_name="voice_count"
    )
    voices = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["voices", "product_request"], name="voice_count_order")]

    def __str__(self):
        return f"{self.voices} behind {self.product_request_id}"
