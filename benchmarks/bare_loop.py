"""What a sync is compared with: `requests`, orjson and COPY, page after page, nothing else.

It keeps what a sync keeps, as it came: an issue's fields, each item of its changelog, and the page
itself, compressed. A page's rows are committed before the next page is asked for.
"""

import time
from collections.abc import Iterator

import orjson
import psycopg
import requests
import zstandard

PATH = "/rest/api/3/search/jql"
Search = dict[str, str]  # the parameters of a search's first page


def run(url: str, searches: list[Search], *, login: tuple[str, str], database: str) -> dict:
    """Fetch every page and COPY issues and changes as they are; return seconds and CPU time."""
    with psycopg.connect(database) as target:
        target.execute("DROP TABLE IF EXISTS bare_issue, bare_change, bare_page")
        target.execute("CREATE TABLE bare_issue (id text PRIMARY KEY, key text, fields jsonb)")
        target.execute("CREATE TABLE bare_change (issue text, id text, position int, item jsonb)")
        target.execute("CREATE TABLE bare_page (body bytea)")
        target.commit()
        began, processor = time.perf_counter(), time.process_time()
        issues = 0
        for page in pages(url, searches, login=login):
            copy_page(target, page)
            issues += len(page)
        taken = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - processor}
        target.execute("DROP TABLE bare_issue, bare_change, bare_page")
    return taken | {"fetched": issues}


def pages(url: str, searches: list[Search], *, login: tuple[str, str]) -> Iterator[list[dict]]:
    """Yield the issues of each page of the searches."""
    session = requests.Session()
    session.auth = login
    for search in searches:
        token = None
        while True:
            asked = {**search, **({"nextPageToken": token} if token else {})}
            answer = session.get(f"{url}{PATH}", params=asked, timeout=60)
            answer.raise_for_status()
            page = orjson.loads(answer.content)
            yield page["issues"]
            token = page.get("nextPageToken")
            if not token:
                break


def copy_page(target: psycopg.Connection, issues: list[dict]) -> None:
    with target.cursor() as cursor:
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
    target.commit()


def text(value: object) -> str:
    return orjson.dumps(value).decode().replace("\\u0000", "")
