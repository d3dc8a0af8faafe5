"""The words of each request, kept ready for finding similar ones."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from intake.models.product_request import ProductRequest


class SearchText(models.Model):
    """The lexemes of one request, title as weight A and text as weight D.

    In a table of its own, kept by a trigger: a state change of the request then touches neither
    the index nor the change history with a copy of all its words.
    """

    product_request = models.OneToOneField(
        ProductRequest, models.CASCADE, primary_key=True, related_name="search_text"
    )
    words = SearchVectorField()
    length = models.PositiveIntegerField(help_text="Number of different lexemes.")

    class Meta:
        indexes = [GinIndex(fields=["words"], fastupdate=False, name="search_text_words")]

    def __str__(self):
        return f"Words of {self.product_request_id}"


class SearchWord(models.Model):
    """In how many requests a word stands: the rarer it is, the more a shared one says."""

    word = models.TextField(primary_key=True)
    requests = models.PositiveIntegerField()

    def __str__(self):
        return f"{self.word}: {self.requests}"
