"""What a search of requests finds beside them: the names of accounts, and answers in forms."""

from collections import defaultdict

from django.db.models import Exists, OuterRef, Q, Value

from intake.models import Account, FormAnswer
from prodops.ui.finding import having

MOST_LOOKED_UP = 500


def beside_requests(words: list[str]) -> list[Q]:
    """Return for each word which requests it finds by their account or an answer: one query.

    Their keys are read first. Postgres cannot tell how few a subquery behind an OR will find, and
    would rather try every request; of keys it knows, and looks all sides of the OR up in indexes.
    """
    branches = [part for place, word in enumerate(words) for part in _found(place, word)]
    found = defaultdict(list)
    for place, field, key in branches[0].union(*branches[1:], all=True):
        found[place, field].append(key)
    return [
        _condition(word, found[place, "account"], found[place, "pk"])
        for place, word in enumerate(words)
    ]


def _found(place, word):
    """Look a word up in both tables, to see which rows it is in, or that there are too many."""
    accounts, answers = _accounts(word), _answers(word)
    yield accounts.values_list(Value(place), Value("account"), "pk")[: MOST_LOOKED_UP + 1]
    yield answers.values_list(Value(place), Value("pk"), "product_request")[: MOST_LOOKED_UP + 1]


def _condition(word, accounts, requests):
    """A word that stands in very many is tried on each request: enough will have it soon."""
    by_account, by_answer = Q(account__in=accounts), Q(pk__in=requests)
    if len(accounts) > MOST_LOOKED_UP:
        by_account = having("account__name", word)
    if len(requests) > MOST_LOOKED_UP:
        by_answer = Q(Exists(_answers(word).filter(product_request=OuterRef("pk"))))
    return by_account | by_answer


def _accounts(word):
    return Account.objects.filter(having("name", word))


def _answers(word):
    return FormAnswer.objects.filter(having("value", word))
