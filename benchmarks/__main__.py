"""`make bench`: how fast the hub is with 20,000 requests and 50,000 Jira issues, as tables.

BENCH_REQUESTS and BENCH_ISSUES change the size, BENCH_EVENTS that of the stories (ten events and
comments a request unless told), BENCH_SYNC_ISSUES that of the sync (0 leaves it out), BENCH_PORT
the port; KEEP=1 keeps the database and uses it again the next time, BENCH_ONLY=pages measures pages
alone, BENCH_ONLY=planning those of a large plan. The largest size to hold is BENCH_REQUESTS=200000.
"""

import os
import subprocess
import sys
import time

from benchmarks import database
from benchmarks.servers import ROOT, serve, worker_start

PORT = int(os.environ.get("BENCH_PORT", "8790"))
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "20000"))
ISSUES = int(os.environ.get("BENCH_ISSUES", "50000"))
EVENTS = int(os.environ.get("BENCH_EVENTS", str(10 * REQUESTS)))
ONLY = os.environ.get("BENCH_ONLY", "")
ONLY_PAGES = ONLY == "pages"
SYNC_ISSUES = int(os.environ.get("BENCH_SYNC_ISSUES", "100000"))


def main() -> None:
    with database.own(port=PORT):
        import django

        django.setup()
        from benchmarks import duplicates, figures, report

        if ONLY == "planning":
            return measure_planning()
        seconds = figures.make(requests=REQUESTS, issues=ISSUES, events=EVENTS)
        if ONLY_PAGES:
            figures.draw()
        else:
            seconds |= figures.compute(issues=ISSUES)
        print(figures.sizes(database.version()))
        pages, start, calls = measure_pages()
        print(f"\n{report.pages(pages, peer=pages[0])}\n", flush=True)
        print(f"{report.table(('call', 'p50 ms', 'p95 ms', 'bar', 'held'), calls)}\n", flush=True)
        seconds["web server, start to first answer"] = start
        if not ONLY_PAGES:
            seconds["worker, start to ready"] = worker_start()
        steps = [(name, f"{took:.2f}" if took else "never") for name, took in seconds.items()]
        print(f"{report.table(('step', 'seconds'), steps)}\n", flush=True)
        print(f"{duplicates.speed()}\n", flush=True)
        if not ONLY_PAGES:
            measure_the_rest()


def measure_the_rest() -> None:
    """Measure what has data of its own."""
    from benchmarks import planning, suggestions, themes

    suggestions.show()
    themes.show()
    planning.show(port=PORT)
    measure_sync()
    measure_duplicates()


def measure_planning() -> None:
    """Measure the pages of a large plan alone, over the demo and nothing more."""
    from benchmarks import figures, planning

    figures.make(requests=0, issues=0, events=0)
    planning.show(port=PORT)


def measure_pages() -> tuple[list, float, list]:
    """Measure the hub's pages and the bare ones in turn; the plain list comes first.

    Then how soon the hub acknowledges what Jira tells it.
    """
    from benchmarks import webhooks
    from benchmarks.pages import Page, catalogue, measure

    bare = {"application": "benchmarks.bare:application", "settings": "benchmarks.bare_settings"}
    with (
        serve(port=PORT, probe="/healthz", settings="prodops.settings") as (hub, start),
        serve(port=PORT + 1, probe="/one/", **bare) as (plain, _),
    ):
        peers = [
            Page("(plain Django list of 25)", lambda i: "/rows/", port=PORT + 1, process=plain),
            Page("(SELECT 1)", lambda i: "/one/", port=PORT + 1, process=plain),
        ]
        pages = [*peers, *catalogue()]
        measure(pages, port=PORT, process=hub)
        calls = webhooks.measure(port=PORT)
    return pages, start, calls


def measure_sync() -> None:
    """Run the benchmark of the sync where there is a local Jira to read from."""
    from benchmarks.sync import SANDBOX

    if not SYNC_ISSUES or not (SANDBOX / "jira_server.py").is_file():
        reason = (
            "BENCH_SYNC_ISSUES is 0" if not SYNC_ISSUES else f"there is no local Jira in {SANDBOX}"
        )
        print(f"Sync: not measured, {reason}.")
        return
    print(f"Sync of {SYNC_ISSUES:,} issues from a local Jira:", flush=True)
    command = [sys.executable, ROOT / "benchmarks" / "sync.py", "--issues", str(SYNC_ISSUES)]
    subprocess.run([*command, "--rounds", "1"], check=False, cwd=ROOT, env=_plain_environment())


def measure_duplicates() -> None:
    """Measure how well duplicates are found, in a database of its own."""
    command = [sys.executable, "-m", "benchmarks.duplicates", "--requests", "0"]
    environment = _plain_environment() | {"BENCH_DATABASE": f"{database.NAME}_duplicates"}
    subprocess.run(command, check=False, cwd=ROOT, env=environment)


def _plain_environment() -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "prodops.settings"}


if __name__ == "__main__":
    began = time.perf_counter()
    main()
    print(f"\nDone in {time.perf_counter() - began:.0f} s.")
