"""How fast a sync is, beside a bare `requests` + COPY loop over the same pages, run in turn.

    python benchmarks/sync.py [--issues 100000] [--rounds 3]

Needs DATABASE_URL of a server where scratch databases may be made, and the local Jira
(../shared/sandbox or SANDBOX_DIR). Its answers are played back (see playback.py), so that what is
measured is the hub; the last lines are of the local Jira itself.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import requests

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # this file is run by its path
from benchmarks import bare_loop  # noqa: E402

SANDBOX = Path(os.environ.get("SANDBOX_DIR") or ROOT.parent / "shared" / "sandbox")
LOGIN = ("bot@example.com", "benchmark")
SCRATCH, EMPTY = "hub_benchmark_sync", "hub_benchmark_empty"
FEW, CHANGED = 10_000, 1_000
LISTENING = re.compile(r"listening on (http\S+)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--issues", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    try:
        make_empty_database()
        with local_jira(FEW) as (url, _):
            fresh_database(url)
            once = {"few": sync()["megabytes"]}
        with local_jira(chosen.issues) as (source, log), playback(source) as url:
            once |= measure_source(source, log)
            rounds = [measure(url, searches(log)) for _ in range(chosen.rounds)]
        show(rounds, once=once, issues=chosen.issues)
    finally:
        for name in (SCRATCH, EMPTY):
            administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def measure_source(source: str, log: Path) -> dict[str, float]:
    """Do the sync and the bare loop once against the local Jira, which makes each page anew."""
    fresh_database(source)
    first = sync()
    bare = bare_loop.run(source, searches(log), login=LOGIN, database=scratch())
    share = rate(first) / rate(bare)
    return {"itself_bare": rate(bare), "itself_full": rate(first), "itself_share": share}


def measure(url: str, asked: list[bare_loop.Search]) -> dict[str, float]:
    """Do the bare loop and each kind of run once, over pages that were heard before."""
    for _ in bare_loop.pages(url, asked, login=LOGIN):
        pass
    fresh_database(url)
    bare = bare_loop.run(url, asked, login=LOGIN, database=scratch())
    heard = passed_on(url)
    first = sync()
    found = {"passed_on": passed_on(url) - heard, "asked": first["requests"]}
    before = rows_written()
    same = sync("--full")
    found |= {"written": rows_written() - before, "same": rate(same)}
    if not bare["fetched"] == first["created"] == same["unchanged"]:
        raise SystemExit(f"Not the same issues were read: {bare}, {first}, {same}")
    return (
        found
        | measure_changes(url)
        | {
            "bare": rate(bare),
            "full": rate(first),
            "share": rate(first) / rate(bare),
            "bare_cpu": 1e6 * bare["cpu"] / bare["fetched"],
            "full_cpu": 1e6 * first["cpu"] / first["fetched"],
            "memory": first["megabytes"],
        }
    )


def measure_changes(url: str) -> dict[str, float]:
    """Do a run after an hour without a change, and one after some changes."""
    control(url, "clock", {"advance": 3600})
    sync()  # so that the cursor is near again
    empty = sync()
    control(url, "touch", {"n": CHANGED, "seed": 1})
    changed = sync()
    found = {"found": changed["updated"], "changed": changed["seconds"]}
    return found | {"requests": empty["requests"], "seconds": empty["seconds"]}


# What is printed: its name, which round's figure (the middle one or the worst), how it is written.
LINES = [
    ("bare requests + COPY loop, issues/s", "bare", statistics.median, ",.0f"),
    ("full sync, issues/s", "full", statistics.median, ",.0f"),
    ("full sync, share of the bare loop", "share", statistics.median, ".0%"),
    ("full sync, share of the bare loop, worst round", "share", min, ".0%"),
    ("bare loop, Python's processor time an issue, µs", "bare_cpu", statistics.median, ",.0f"),
    ("full sync, Python's processor time an issue, µs", "full_cpu", statistics.median, ",.0f"),
    ("full sync, requests", "asked", max, ",.0f"),
    ("full sync, requests that were not played back", "passed_on", max, ",.0f"),
    ("full sync of {issues:,}, peak memory, MB", "memory", max, ",.0f"),
    (f"full sync of {FEW:,}, peak memory, MB", "few", max, ",.0f"),
    ("unchanged full pass, issues/s", "same", statistics.median, ",.0f"),
    ("unchanged full pass, rows written", "written", max, ",.0f"),
    ("empty pass, requests", "requests", max, ",.0f"),
    ("empty pass, seconds", "seconds", statistics.median, ".2f"),
    ("{found:,.0f} changed issues, seconds", "changed", statistics.median, ".2f"),
    ("local Jira itself: bare loop, issues/s", "itself_bare", max, ",.0f"),
    ("local Jira itself: full sync, issues/s", "itself_full", max, ",.0f"),
    ("local Jira itself: share of the bare loop", "itself_share", max, ".0%"),
]


def show(rounds: list[dict[str, float]], *, once: dict[str, float], issues: int) -> None:
    sizes = {"issues": issues, "found": rounds[0]["found"]}
    for name, key, chosen, form in LINES:
        value = chosen([one[key] for one in rounds]) if key in rounds[0] else once[key]
        print(f"{name.format(**sizes):<50}{format(value, form):>10}")


def rate(done: dict) -> float:
    return done["fetched"] / done["seconds"]


@contextmanager
def local_jira(issues: int) -> Iterator[tuple[str, Path]]:
    """Make the data and serve them; yield the address and the log of what was asked."""
    with tempfile.TemporaryDirectory(prefix="hub-benchmark-") as folder:
        data, log = Path(folder), Path(folder) / "asked.jsonl"
        maker = [sys.executable, SANDBOX / "generate.py", "--out", data, "--only", "jira"]
        subprocess.run([*maker, "--issues", str(issues)], check=True, stdout=subprocess.DEVNULL)
        place = ["--data", data / "jira", "--port", "0", "--log", log]
        login = ["--user", LOGIN[0], "--token", LOGIN[1]]
        with serving([sys.executable, SANDBOX / "jira_server.py", *place, *login]) as url:
            yield url, log


@contextmanager
def playback(source: str) -> Iterator[str]:
    """Play back what the local Jira answers; yield the address."""
    with serving([sys.executable, ROOT / "benchmarks" / "playback.py", source]) as url:
        yield url


@contextmanager
def serving(command: list) -> Iterator[str]:
    """Run a server until the end; yield the address that it prints."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        found = next(filter(None, map(LISTENING.search, process.stdout)), None)
        if not found:
            raise SystemExit(f"{command[1]} did not start.")
        yield found[1]
    finally:
        process.kill()
        process.wait()


def searches(log: Path) -> list[bare_loop.Search]:
    """Return what the first sync asked for the first page of each search with changelogs."""
    asked = (json.loads(line) for line in log.read_text().splitlines())
    found = [
        {name: values[0] for name, values in one["query"].items()}
        for one in asked
        if one["path"] == bare_loop.PATH and "expand" in one["query"]
    ]
    first = [one for one in found if "nextPageToken" not in one and "updated >=" not in one["jql"]]
    return list({one["jql"]: one for one in first}.values())


def control(url: str, name: str, body: dict) -> None:
    """Change something in the local Jira."""
    requests.post(f"{url}/_sandbox/{name}", json=body, timeout=60).raise_for_status()


def passed_on(url: str) -> int:
    """Return how many requests could not be played back so far."""
    return requests.get(f"{url}/_playback/state", timeout=60).json()["passed_on"]


def sync(*options: str) -> dict:
    """Run the command; return its result with processor time and peak memory of the process."""
    command = [sys.executable, ROOT / "manage.py", "sync", "jira", *options]
    timed = [sys.executable, "-c", TIMED, *map(str, command)]
    done = subprocess.run(timed, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    *_, result, used = done.stdout.splitlines()
    return {**json.loads(result), **json.loads(used)}


TIMED = """
import json, resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = used.ru_utime + used.ru_stime
print(json.dumps({"megabytes": used.ru_maxrss / 1024, "cpu": cpu}))
sys.exit(code)
"""


def make_empty_database() -> None:
    """Make what each round begins with: all tables, and the connection."""
    administer(f"DROP DATABASE IF EXISTS {EMPTY} WITH (FORCE)")
    administer(f"CREATE DATABASE {EMPTY}")
    place = {"JIRA_URL": "http://127.0.0.1", "JIRA_USER": LOGIN[0], "JIRA_TOKEN": LOGIN[1]}
    place["DATABASE_URL"] = scratch(EMPTY)
    migrate = [sys.executable, ROOT / "manage.py", "migrate", "-v", "0"]
    subprocess.run(migrate, env=environment() | place, check=True)


def fresh_database(url: str) -> None:
    administer(f"DROP DATABASE IF EXISTS {SCRATCH} WITH (FORCE)")
    administer(f"CREATE DATABASE {SCRATCH} TEMPLATE {EMPTY}")
    with psycopg.connect(scratch()) as database:
        database.execute("UPDATE integrations_connection SET base_url = %s", [url])


def rows_written() -> int:
    """Return what Postgres counted on Jira tables, its statistics made current."""
    time.sleep(1.5)
    with psycopg.connect(scratch()) as database:
        query = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables"
        return int(database.execute(f"{query} WHERE relname LIKE 'jira\\_%'").fetchone()[0])


def administer(statement: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as database:
        database.execute(statement)


def scratch(name: str = SCRATCH) -> str:
    return re.sub(r"/[^/?]+(\?|$)", rf"/{name}\1", os.environ["DATABASE_URL"])


def environment() -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": scratch(), "ALLOW_PRIVATE_URLS": "1"}


if __name__ == "__main__":
    main()
