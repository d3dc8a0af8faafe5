"""Whether suggested themes are themes: real texts whose groups are known, beside simpler ways.

    python -m benchmarks.themes

How fast themes are weighed is measured by `theme_lists`.

Two sets: the issues of ../shared/data/labelled/issues.csv (or LABELLED_DIR) by component, and those
of ../shared/data/duplicates/ (or DUPLICATES_DIR) that stand in the same group of duplicates.

`in a group` is the share of texts a way puts anywhere; purity and the mutual information (NMI) are
of these alone, so a way that says little may say it well: `found` is the share of all pairs that
belong together which stand together. `one lot` puts all into one group, `first word` those whose
titles begin alike, `by chance` throws dice over as many groups as the hub's own way makes.
"""

import csv
import gzip
import os
import random
import time
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
LABELLED = Path(os.environ.get("LABELLED_DIR") or SHARED / "labelled")
DUPLICATES = Path(os.environ.get("DUPLICATES_DIR") or SHARED / "duplicates")
HEAD = ("texts", "way", "groups", "in a group", "purity", "NMI", "found", "right", "seconds")
FEWEST_OF_A_LABEL = 4
FEWEST_ALIKE = 4
MOST = 2_000
Texts = list[tuple[str, str]]


def rows() -> list[tuple[str, ...]]:
    """Return one row a set of texts and way."""
    found = []
    for name, texts, labels, fewest in (_labelled(), _duplicates()):
        own = _own(texts, fewest)
        count = len(set(own[0].values()))
        ways = {
            "the hub's own": own,
            "k-means": _timed(_k_means, texts, count, fewest),
            "HDBSCAN": _timed(_hdbscan, texts, count, fewest),
            "first word": _timed(_first_word, texts, count, fewest),
            "by chance": _timed(_by_chance, texts, count, fewest),
            "one lot": _timed(lambda texts, *_: dict.fromkeys(range(len(texts)), 0), texts, 1, 1),
        }
        for way, (groups, seconds) in ways.items():
            found.append(
                (f"{name}, {len(texts):,}", way, *_judge(groups, labels), f"{seconds:.1f}")
            )
    return found


def _labelled():
    with (LABELLED / "issues.csv").open(newline="") as file:
        issues = [issue for issue in csv.DictReader(file) if issue["component"]]
    often = Counter(issue["component"] for issue in issues)
    kept = [each for each in issues if often[each["component"]] >= FEWEST_OF_A_LABEL][-MOST:]
    texts = [(each["title"], each["body"]) for each in kept]
    return "by component", texts, [each["component"] for each in kept], FEWEST_ALIKE


def _duplicates():
    """Take the issues that have a duplicate; those linked in a chain are one group."""
    with gzip.open(DUPLICATES / "corpus.csv.gz", "rt", newline="") as file:
        issues = {issue["external_id"]: issue for issue in csv.DictReader(file)}
    with (DUPLICATES / "pairs.csv").open(newline="") as file:
        pairs = [(row["duplicate"], row["original"]) for row in csv.DictReader(file)]
    root: dict[str, str] = {}

    def top(key):
        while root.get(key, key) != key:
            key = root[key]
        return key

    for one, two in pairs:
        root[top(one)] = top(two)
    keys = sorted({key for pair in pairs for key in pair if key in issues})[:MOST]
    texts = [(issues[key]["title"], issues[key]["body"]) for key in keys]
    return "by duplicates", texts, [top(key) for key in keys], 2


def _own(texts: Texts, fewest: int):
    from intake.services import clustering

    began = time.perf_counter()
    groups = clustering.group_texts(texts, fewest=fewest)
    places = {place: n for n, each in enumerate(groups) for place in each.places}
    return places, time.perf_counter() - began


def _timed(way, texts: Texts, count: int, fewest: int):
    began = time.perf_counter()
    groups = way(texts, count)
    often = Counter(groups.values())
    kept = {place: label for place, label in groups.items() if often[label] >= fewest}
    return kept, time.perf_counter() - began


def _k_means(texts: Texts, count: int) -> dict[int, int]:
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    from intake.services.clustering import weigh

    weights, _ = weigh(texts)
    reduced = normalize(TruncatedSVD(100, random_state=0).fit_transform(weights))
    labels = KMeans(count, n_init=3, random_state=0).fit_predict(reduced)
    return dict(enumerate(labels.tolist()))


def _hdbscan(texts: Texts, count: int) -> dict[int, int]:
    from sklearn.cluster import HDBSCAN
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    from intake.services.clustering import weigh

    weights, _ = weigh(texts)
    reduced = normalize(TruncatedSVD(100, random_state=0).fit_transform(weights))
    labels = HDBSCAN(min_cluster_size=2, copy=True).fit_predict(reduced)
    return {place: label for place, label in enumerate(labels.tolist()) if label >= 0}


def _first_word(texts: Texts, count: int) -> dict[int, str]:
    return {n: (title.lower().split() or [""])[0] for n, (title, _) in enumerate(texts)}


def _by_chance(texts: Texts, count: int) -> dict[int, int]:
    dice = random.Random(1)
    return {place: dice.randrange(count) for place in range(len(texts))}


def _judge(groups: dict, labels: list) -> tuple[str, ...]:
    from sklearn.metrics import normalized_mutual_info_score

    if not groups:
        return ("0", "0%", "–", "–", "0.0%", "–")
    places = sorted(groups)
    true, own = [labels[place] for place in places], [groups[place] for place in places]
    parts = defaultdict(Counter)
    for label, group in zip(true, own, strict=True):
        parts[group][label] += 1
    right = sum(part.most_common(1)[0][1] for part in parts.values())
    together = sum(_pairs(n) for part in parts.values() for n in part.values())
    wanted = sum(_pairs(n) for n in Counter(labels).values())
    made = sum(_pairs(part.total()) for part in parts.values())
    return (
        str(len(parts)),
        f"{len(places) / len(labels):.0%}",
        f"{right / len(places):.1%}",
        f"{normalized_mutual_info_score(true, own):.3f}",
        f"{together / wanted:.1%}",
        f"{together / made:.1%}" if made else "–",
    )


def _pairs(n: int) -> int:
    return n * (n - 1) // 2


def show() -> None:
    """Print both tables, or why there is none; the database has to be the benchmark's own."""
    from benchmarks import theme_lists

    theme_lists.show()
    show_suggested()


def show_suggested() -> None:
    from benchmarks.report import table

    missing = [each for each in (LABELLED, DUPLICATES) if not each.exists()]
    if missing:
        print(f"Suggested themes: {missing[0]} is not there, so nothing is measured.")
        return
    print(table(HEAD, rows()))


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prodops.settings")
    django.setup()
    show_suggested()
