"""A database of the benchmark's own, on the server the environment names or the embedded one."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis

from prodops import embedded

ROOT = Path(__file__).resolve().parent.parent
NAME = os.environ.get("BENCH_DATABASE", "bench")
PREFIX = "bench:"


@contextmanager
def own(*, port: int) -> Iterator[None]:
    """Point the environment at an empty database until the end; KEEP=1 leaves it there.

    With KEEP=1 a database that is still there from the last run is used again as it is.
    """
    server = _server()
    os.environ |= {
        "DATABASE_URL": _address(server, NAME),
        "REDIS_PREFIX": PREFIX,
        "SITE_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
    }
    keep = os.environ.get("KEEP") == "1"
    if not (keep and _exists(server)):
        _administer(server, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        _administer(server, f"CREATE DATABASE {NAME}")
    try:
        yield
    finally:
        _forget_keys()
        if not keep:
            _administer(server, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        embedded.leave()


def version() -> str:
    with psycopg.connect(os.environ["DATABASE_URL"]) as database:
        return database.execute("SHOW server_version").fetchone()[0]


def _server() -> str:
    """Return the address of the server's own database, after starting an embedded one."""
    data_dir = Path(os.environ.get("DATA_DIR") or ROOT / ".data").resolve()
    os.environ["DATA_DIR"] = str(data_dir)
    wanted = [
        name
        for name, variable in (("postgres", "DATABASE_URL"), ("valkey", "REDIS_URL"))
        if not os.environ.get(variable)
    ]
    embedded.join(data_dir, wanted)
    os.environ.setdefault("REDIS_URL", embedded.redis_url(data_dir))
    return os.environ.get("DATABASE_URL") or embedded.database_url(data_dir)


def _address(url: str, name: str) -> str:
    return re.sub(r"/[^/?]+(\?|$)", rf"/{name}\1", url)


def _exists(server: str) -> bool:
    with psycopg.connect(_address(server, "postgres")) as database:
        found = database.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
        return found.fetchone() is not None


def _administer(server: str, statement: str) -> None:
    with psycopg.connect(_address(server, "postgres"), autocommit=True) as database:
        database.execute(statement)


def _forget_keys() -> None:
    client = redis.from_url(os.environ["REDIS_URL"])
    for key in client.scan_iter(f"{PREFIX}*"):
        client.delete(key)
    client.close()
