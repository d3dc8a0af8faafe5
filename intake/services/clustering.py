"""Which texts say the same: words weighed by rarity, the most alike joined first."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from intake.models.learned import words_of

MOST_READ = 3_000
FEWEST_READ = 30
FEWEST_ALIKE = 4
MOST_WORDS = 20_000
TERMS = 6
FAR = 0.87
MANY, COMMON = 200, 0.4
Text = tuple[str, str]


@dataclass(frozen=True)
class Group:
    """Texts that say the same: their places, those that say most of it first, and the terms."""

    places: list[int]
    closeness: list[float]
    terms: list[str]


def group_texts(texts: Sequence[Text], *, fewest: int = FEWEST_ALIKE) -> list[Group]:
    """Return the groups of at least `fewest` among (title, text), the largest first.

    The same texts in the same order always give the same groups. What is like nothing else is in
    none of them.
    """
    if len(texts) < 2:
        return []
    weights, vocabulary = weigh(texts)
    if weights is None:
        return []
    labels = join(weights)
    groups = [
        _describe(np.flatnonzero(labels == label), weights, vocabulary)
        for label in np.unique(labels)
        if (labels == label).sum() >= fewest
    ]
    kept = [each for each in groups if each.terms]
    return sorted(kept, key=lambda each: (-len(each.places), each.places))


def weigh(texts: Sequence[Text]):
    """Return a row of word weights a text, of length one, and the words; None without any word."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(
        analyzer=lambda each: words_of(*each),
        sublinear_tf=True,
        min_df=2,
        max_df=COMMON if len(texts) >= MANY else 1.0,
        max_features=MOST_WORDS,
    )
    try:
        weights = vectorizer.fit_transform(texts)
    except ValueError:  # no word stands in two of them
        return None, []
    return weights, vectorizer.get_feature_names_out()


def join(weights) -> np.ndarray:
    """Return a label a row: the nearest are joined until what is left is too far apart."""
    from sklearn.cluster import AgglomerativeClustering

    distances = 1.0 - (weights @ weights.T).toarray()
    np.clip(distances, 0.0, 1.0, out=distances)
    joined = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=FAR
    )
    return joined.fit_predict(distances)


def _describe(places: np.ndarray, weights, vocabulary) -> Group:
    own = weights[places]
    centre = np.asarray(own.mean(axis=0)).ravel()
    length = float(np.sqrt(centre @ centre)) or 1.0
    closeness = np.asarray(own @ (centre / length)).ravel()
    order = np.lexsort((places, -closeness.round(9)))
    return Group(
        places=[int(place) for place in places[order]],
        closeness=[float(value) for value in closeness[order]],
        terms=_terms(own, centre, weights, vocabulary),
    )


def _terms(own, centre: np.ndarray, weights, vocabulary) -> list[str]:
    """Return the words that stand in most of these texts and seldom elsewhere."""
    here = np.asarray((own > 0).sum(axis=0)).ravel()
    everywhere = np.asarray((weights > 0).sum(axis=0)).ravel()
    shared = here / own.shape[0]
    elsewhere = (everywhere - here) / max(1, weights.shape[0] - own.shape[0])
    worth = centre * (shared - elsewhere)
    terms: list[str] = []
    for place in np.lexsort((np.arange(len(worth)), -worth.round(9))):
        term = str(vocabulary[place])
        if worth[place] <= 0 or len(terms) == TERMS:
            break
        if not any(_is_part(term, each) for each in terms):
            terms.append(term)
    return terms


def _is_part(term: str, other: str) -> bool:
    """Say whether one of the terms says nothing beyond the other."""
    one, two = term.split(), other.split()
    return set(one) <= set(two) or set(two) <= set(one)
