"""How often a suggestion is right: real issues, learnt from the older, measured on the newest.

    python -m benchmarks.suggestions

The texts are those of ../shared/data/labelled/issues.csv (or LABELLED_DIR), sorted by when they
were created. The older 70 % are learnt, the next 15 % set the threshold, the newest 15 % are
measured: the same code that learns an organisation's own history.
"""

import csv
import os
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("LABELLED_DIR") or ROOT.parent / "shared" / "data" / "labelled")
FILE = DATA / "issues.csv"
TARGETS = ("kind", "component")
HEAD = (
    "suggests",
    "issues",
    "labels",
    "held out",
    "commonest",
    "right",
    "speaks from",
    "speaks on",
    "right then",
    "learns s",
    "kB",
    "guess ms",
)


def rows() -> list[tuple[str, ...]]:
    """Return one row a target: the share right beside that of always saying the commonest."""
    with FILE.open(newline="") as file:
        issues = sorted(csv.DictReader(file), key=lambda issue: issue["created"])
    return [_row(target, [issue for issue in issues if issue[target]]) for target in TARGETS]


def _row(target: str, issues: list[dict]) -> tuple[str, ...]:
    from intake.services.learning import Example, fit, measure

    labels = {name: place for place, name in enumerate(sorted({each[target] for each in issues}))}
    examples = [Example(each["title"], each["body"], labels[each[target]]) for each in issues]
    measured = measure(examples)
    began = time.process_time()
    weights = fit(examples)
    learnt = time.process_time()
    for each in examples[:200]:
        weights.guess(each.title, each.text)
    guessed = time.process_time()
    return (
        target,
        f"{len(examples):,}",
        str(len(labels)),
        str(measured.held_out),
        f"{measured.baseline:.1%}",
        f"{measured.accuracy:.1%}",
        "silent" if measured.threshold is None else f"{measured.threshold:.0%}",
        f"{measured.spoken:.0%}",
        "–" if measured.accuracy_spoken is None else f"{measured.accuracy_spoken:.1%}",
        f"{learnt - began:.1f}",
        f"{len(weights.to_bytes()) / 1024:,.0f}",
        f"{(guessed - learnt) * 5:.2f}",
    )


def show() -> None:
    """Print the table, or why there is none."""
    from benchmarks import report

    if not FILE.is_file():
        print(f"Suggestions: not measured, there are no labelled issues in {DATA}.")
        return
    print(f"{report.table(HEAD, rows())}\n", flush=True)


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prodops.settings")
    django.setup()
    show()
