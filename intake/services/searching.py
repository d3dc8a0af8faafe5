"""Requests that ask for the same as a text, each with the reasons a person can check."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from intake.models import ProductRequest
from intake.services import meaning, ranking
from intake.services.ranking import QUERY_CHARACTERS, TITLE_CHARACTERS, Question, Scored
from prodops.people.models import User

STRENGTHS = (
    (0.5, "Nearly the same"),
    (0.35, "Very alike"),
    (0.2, "Alike"),
    (0.0, "A little alike"),
)


MEANS_THE_SAME = 0.7


@dataclass(frozen=True)
class Asker:
    """What else is known of a text: for whom it is, which part of the product, who writes it."""

    account_id: int | None = None
    product_area_id: int | None = None
    author_id: int | None = None


@dataclass(frozen=True)
class Similar:
    """A request that asks for the same, with what speaks for it.

    `score` is 0–1, `words` are the shared ones, best first, `reasons` short sentences, `voices` how
    many stand behind it; a person who may not open it may see its title and state alone.
    """

    product_request: ProductRequest
    score: float
    words: tuple[str, ...]
    reasons: tuple[str, ...]
    voices: int
    is_open_to_user: bool

    @property
    def percent(self) -> int:
        return round(100 * self.score)

    @property
    def strength(self) -> str:
        """How alike, in words."""
        return next(words for least, words in STRENGTHS if self.score >= least)

    @property
    def bars(self) -> int:
        """How alike, 1 to 4."""
        return len(STRENGTHS) - [words for _, words in STRENGTHS].index(self.strength)

    @property
    def title_pieces(self) -> list[tuple[str, bool]]:
        """The title in pieces, each with whether it is a word of the question."""
        return list(_pieces(self.product_request.title, self.words))


def similar(
    *,
    title: str,
    body: str = "",
    user: User | None = None,
    exclude: int | None = None,
    limit: int = 10,
    at_least: float = 0.0,
    asker: Asker | None = None,
    asked_at: datetime | None = None,
) -> list[Similar]:
    """Return the requests most like a text, best first; merged ones speak for where they went.

    With a `user`, only requests they may see or whose titles are shared; `is_open_to_user` tells
    the two apart. `exclude` leaves one request out. Very long texts are cut.
    """
    title, body = title.replace("\x00", "")[:TITLE_CHARACTERS], body.replace("\x00", "")
    text = f"{title}. {body}".strip(". ")
    also = meaning.nearest(text)
    question = Question(title, body[:QUERY_CHARACTERS], asked_at, exclude, also)
    best: dict[int, Scored] = {}
    scored = ranking.rank(question, how_near=partial(meaning.how_near, text))
    for each in sorted(scored, key=lambda each: (each.score, each.words), reverse=True):
        if each.living != exclude and each.score >= at_least:
            best.setdefault(each.living, each)
    return _results(best, user, asker or Asker(), limit)


def _results(best: dict[int, Scored], user: User | None, asker: Asker, limit: int) -> list[Similar]:
    """Look the best ones up, leaving out what `user` must not know of."""
    ordered = sorted(best, key=lambda key: (-best[key].score, key))
    known = ProductRequest.objects.known_to(user).in_order_of(ordered)
    related = known.select_related("kind", "account", "product_area", "author", "merged_into")
    return [
        Similar(
            product_request=each,
            score=round(best[each.pk].score, 4),
            words=best[each.pk].words,
            reasons=tuple(_reasons(each, best[each.pk], asker, each.is_open_to_user)),
            voices=each.voices,
            is_open_to_user=each.is_open_to_user,
        )
        for each in related.with_due()[:limit]
    ]


def _reasons(found: ProductRequest, scored: Scored, asker: Asker, is_open: bool) -> Iterator[str]:
    """Give what speaks for a request beside its words; whose it is only to who may open it."""
    if is_open and found.account and found.account_id == asker.account_id:
        yield f"same customer, {found.account}"
    if found.product_area and found.product_area_id == asker.product_area_id:
        yield f"same area, {found.product_area}"
    if is_open and found.author_id == asker.author_id:
        yield f"same person, {found.author}"
    if scored.meaning >= MEANS_THE_SAME:
        yield "means much the same"
    if scored.key != found.pk:
        yield f"REQ-{scored.key} was merged into it"


def _pieces(title: str, words: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    """Cut a title at the words that begin like one of `words`: "exports" is marked by "export"."""
    stems = {word.lower()[: max(4, len(word) - 3)] for word in words if len(word) > 1}
    for piece in re.split(r"(\w+)", title):
        if piece:
            low = piece.lower()
            yield piece, any(low.startswith(stem) for stem in stems)
