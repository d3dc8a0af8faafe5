"""How fast a sync is, beside a bare `requests` + COPY loop over the same pages, run in turn.

    python benchmarks/sync.py [--issues 100000] [--rounds 3]

Needs DATABASE_URL of a server where a scratch database may be made, and the local Jira
(../shared/sandbox or SANDBOX_DIR). The bare loop keeps what a sync keeps, as it came: an issue's
fields, each item of its changelog, and the page itself, compressed.
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

import orjson
import psycopg
import requests
import zstandard

ROOT = Path(__file__).resolve().parent.parent
SANDBOX = Path(os.environ.get("SANDBOX_DIR") or ROOT.parent / "shared" / "sandbox")
USER, TOKEN = "bot@example.com", "benchmark"
SCRATCH = "hub_benchmark_sync"
FEW, CHANGED = 10_000, 1_000
FIELDS = "summary,description,status,issuetype,project,priority,resolution,resolutiondate,assignee"
FIELDS += ",reporter,created,updated,duedate,labels,components,fixVersions,parent,issuelinks"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--issues", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    try:
        with server(FEW) as url:
            fresh_database(url)
            few = sync()["megabytes"]
        with server(chosen.issues) as url:
            rounds = [measure(url, chosen.issues) for _ in range(chosen.rounds)]
        show(rounds, few=few, issues=chosen.issues)
    finally:
        administer(f"DROP DATABASE IF EXISTS {SCRATCH} WITH (FORCE)")


def measure(url: str, issues: int) -> dict[str, float]:
    """Do the bare loop and each kind of run once."""
    fresh_database(url)
    bare = bare_loop(url)
    first = sync()
    before = rows_written()
    same = sync("--full")
    written = rows_written() - before
    control(url, "clock", {"advance": 3600})
    sync()
    empty = sync()  # nothing changed for an hour
    control(url, "touch", {"n": CHANGED, "seed": 1})
    changed = sync()
    return {
        "bare": issues / bare,
        "full": issues / first["seconds"],
        "share": bare / first["seconds"],
        "memory": first["megabytes"],
        "same": issues / same["seconds"],
        "written": written,
        "requests": empty["requests"],
        "seconds": empty["seconds"],
        "changed": changed["seconds"],
        "found": changed["updated"],
    }


def show(rounds: list[dict[str, float]], *, few: float, issues: int) -> None:
    middle = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    worst = {name: max(one[name] for one in rounds) for name in rounds[0]}
    lines = [
        ("bare requests + COPY loop, issues/s", f"{middle['bare']:,.0f}"),
        ("full sync, issues/s", f"{middle['full']:,.0f}"),
        ("full sync, share of the bare loop", f"{middle['share']:.0%}"),
        (f"full sync of {issues:,}, peak memory, MB", f"{worst['memory']:,.0f}"),
        (f"full sync of {FEW:,}, peak memory, MB", f"{few:,.0f}"),
        ("unchanged full pass, issues/s", f"{middle['same']:,.0f}"),
        ("unchanged full pass, rows written", f"{worst['written']:,.0f}"),
        ("empty pass, requests", f"{worst['requests']:,.0f}"),
        ("empty pass, seconds", f"{middle['seconds']:.2f}"),
        (f"{middle['found']:,.0f} changed issues, seconds", f"{middle['changed']:.2f}"),
    ]
    for name, value in lines:
        print(f"{name:<46}{value:>10}")


@contextmanager
def server(issues: int) -> Iterator[str]:
    """Make the data and serve them; yield the address."""
    with tempfile.TemporaryDirectory(prefix="hub-benchmark-") as folder:
        process, url = start_server(Path(folder), issues)
        try:
            yield url
        finally:
            process.kill()
            process.wait()


def control(url: str, name: str, body: dict) -> dict:
    """Change something in the local Jira."""
    answer = requests.post(f"{url}/_sandbox/{name}", json=body, timeout=60)
    answer.raise_for_status()
    return answer.json()


def start_server(folder: Path, issues: int) -> tuple[subprocess.Popen, str]:
    """Make the data and serve them; return the process and its address."""
    maker = [sys.executable, SANDBOX / "generate.py", "--out", folder, "--only", "jira"]
    subprocess.run([*maker, "--issues", str(issues)], check=True, stdout=subprocess.DEVNULL)
    command = [sys.executable, SANDBOX / "jira_server.py", "--data", folder / "jira", "--port", "0"]
    server = subprocess.Popen(
        [*command, "--user", USER, "--token", TOKEN], stdout=subprocess.PIPE, text=True
    )
    for line in server.stdout:
        if found := re.search(r"listening on (http\S+)", line):
            return server, found[1]
    raise SystemExit("The local Jira did not start.")


def bare_loop(url: str) -> float:
    """Fetch every page and COPY issues and changes as they are; return the seconds."""
    started, token = time.perf_counter(), None
    session = requests.Session()
    session.auth = (USER, TOKEN)
    ask = {"jql": 'updated >= "1970/01/02" ORDER BY updated ASC, id ASC', "maxResults": 100}
    ask |= {"fields": FIELDS, "expand": "changelog"}
    with psycopg.connect(scratch()) as database:
        database.execute("DROP TABLE IF EXISTS bare_issue, bare_change, bare_page")
        database.execute("CREATE TABLE bare_issue (id text PRIMARY KEY, key text, fields jsonb)")
        database.execute("CREATE TABLE bare_change (issue text, id text, position int, item jsonb)")
        database.execute("CREATE TABLE bare_page (body bytea)")
        while True:
            page = {**ask, **({"nextPageToken": token} if token else {})}
            answer = orjson.loads(
                session.get(f"{url}/rest/api/3/search/jql", params=page, timeout=60).content
            )
            copy_page(database, answer["issues"])
            token = answer.get("nextPageToken")
            if not token:
                return time.perf_counter() - started


def copy_page(database: psycopg.Connection, issues: list[dict]) -> None:
    with database.cursor() as cursor:
        with cursor.copy("COPY bare_issue FROM STDIN") as rows:
            for issue in issues:
                rows.write_row((issue["id"], issue["key"], text(issue["fields"])))
        with cursor.copy("COPY bare_change FROM STDIN") as rows:
            for issue in issues:
                for history in issue["changelog"]["histories"]:
                    for position, item in enumerate(history["items"]):
                        rows.write_row((issue["id"], history["id"], position, text(item)))
        body = b"\n".join(orjson.dumps(issue) for issue in issues)
        with cursor.copy("COPY bare_page FROM STDIN") as rows:
            rows.write_row([zstandard.ZstdCompressor(1).compress(body)])
    database.commit()


def text(value: object) -> str:
    return orjson.dumps(value).decode().replace("\\u0000", "")


def sync(*options: str) -> dict:
    """Run the command; return its result with the peak memory of the process."""
    command = [sys.executable, ROOT / "manage.py", "sync", "jira", *options]
    timed = ["/usr/bin/env", sys.executable, "-c", TIMED, *map(str, command)]
    done = subprocess.run(timed, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    *_, result, megabytes = done.stdout.splitlines()
    return {**json.loads(result), "megabytes": float(megabytes)}


TIMED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
sys.exit(code)
"""


def fresh_database(url: str) -> None:
    administer(f"DROP DATABASE IF EXISTS {SCRATCH} WITH (FORCE)")
    administer(f"CREATE DATABASE {SCRATCH}")
    migrate = [sys.executable, ROOT / "manage.py", "migrate", "-v", "0"]
    place = {"JIRA_URL": url, "JIRA_USER": USER, "JIRA_TOKEN": TOKEN}
    subprocess.run(migrate, env=environment() | place, check=True)


def rows_written() -> int:
    """Return what Postgres counted on Jira tables, its statistics made current."""
    time.sleep(1.5)
    with psycopg.connect(scratch()) as database:
        query = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables"
        return int(database.execute(f"{query} WHERE relname LIKE 'jira\\_%'").fetchone()[0])


def administer(statement: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as database:
        database.execute(statement)


def scratch() -> str:
    return re.sub(r"/[^/?]+(\?|$)", rf"/{SCRATCH}\1", os.environ["DATABASE_URL"])


def environment() -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": scratch(), "ALLOW_PRIVATE_URLS": "1"}


if __name__ == "__main__":
    main()
