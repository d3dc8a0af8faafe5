"""The embedded servers: who starts them, who stops them, and what they say when they cannot."""

import os
import pwd
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis

from prodops import embedded
from prodops.embedded.privileges import become
from tests.run.conftest import PROJECT, await_no_process, environment, processes_of

JOIN = """
import sys
from pathlib import Path
from prodops import embedded
try:
    embedded.join(Path(sys.argv[1]), ["postgres", "valkey"], options=("--volatile",))
except embedded.Unavailable as error:
    sys.exit(str(error))
print("joined", flush=True)
sys.stdin.read()
embedded.leave()
"""
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="Only root can become somebody else.")


@pytest.fixture
def join(data_dir):
    """Return a function that starts a process which joins the servers until its input ends."""
    users = []

    def start(folder: Path = data_dir, **options) -> subprocess.Popen:
        user = subprocess.Popen(
            [sys.executable, "-c", JOIN, str(folder)],
            cwd=PROJECT,
            env=environment(folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )
        users.append(user)
        assert user.stdout.readline() == "joined\n", user.communicate()[1]
        return user

    yield start
    for user in users:
        user.kill()
        user.communicate()


def answers(folder: Path) -> bool:
    with psycopg.connect(embedded.database_url(folder)) as database:
        database.execute("SELECT 1")
    return redis.from_url(embedded.redis_url(folder)).ping()


def refusal(folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", JOIN, str(folder)],
        cwd=PROJECT,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_the_servers_stay_until_their_last_user_leaves(join, data_dir):
    first, second = join(), join()
    first.communicate()
    assert answers(data_dir)

    second.communicate()
    assert not await_no_process(data_dir, 2)


def test_a_killed_user_leaves_nothing_behind(join, data_dir):
    join().kill()

    assert not await_no_process(data_dir)


def test_a_killed_keeper_takes_its_servers_along_and_the_next_user_finds_the_data(join, data_dir):
    user = join()
    with psycopg.connect(embedded.database_url(data_dir)) as database:
        database.execute("CREATE TABLE kept AS SELECT 1 AS number")
    keeper = next(p for p in processes_of(data_dir) if "prodops.embedded" in p.cmdline())
    keeper.kill()
    user.kill()
    assert not await_no_process(data_dir)

    join()
    with psycopg.connect(embedded.database_url(data_dir)) as database:
        assert database.execute("SELECT number FROM kept").fetchone() == (1,)


def test_a_server_that_dies_is_started_again(join, data_dir):
    join()
    for name in ("postgres", "valkey-server"):
        next(p for p in processes_of(data_dir) if name in p.cmdline()[0]).send_signal(
            signal.SIGKILL
        )

    give_up_at = time.monotonic() + 20
    while True:
        try:
            assert answers(data_dir)
            break
        except (psycopg.OperationalError, redis.ConnectionError):
            assert time.monotonic() < give_up_at
            time.sleep(0.2)


def test_leftovers_of_a_machine_that_lost_power_do_not_stop_a_start(join, data_dir):
    join().communicate()
    pid_file = data_dir / "postgres" / "postmaster.pid"
    pid_file.write_text(
        f"{os.getpid()}\n{data_dir}/postgres\n0\n5432\n{data_dir}/run\n\n0 0\nready\n"
    )
    (data_dir / "run").mkdir(exist_ok=True)
    for name in ("keeper.sock", "valkey.sock", ".s.PGSQL.5432"):
        (data_dir / "run" / name).touch()

    join()
    assert answers(data_dir)


@pytest.mark.parametrize("name", ["a" * 120, "with a space", "späti"])
def test_any_folder_will_do(join, data_dir, name):
    join(data_dir / name)

    assert answers(data_dir / name)


@needs_root
def test_an_ordinary_user_can_run_them(join, tmp_path, data_dir):
    nobody = pwd.getpwnam("nobody")
    data_dir.mkdir()
    os.chown(data_dir, nobody.pw_uid, nobody.pw_gid)
    paths = [Path(sys.executable).resolve(), PROJECT, data_dir]

    join(preexec_fn=become(nobody, paths, signal.SIGKILL))

    assert answers(data_dir)
    assert {p.uids().real for p in processes_of(data_dir)} == {nobody.pw_uid}


@needs_root
def test_root_runs_postgres_as_somebody_else_and_opens_no_folder_for_it(join, tmp_path, data_dir):
    tmp_path.chmod(0o700)
    join()

    postgres = next(p for p in processes_of(data_dir) if "postgres" in p.cmdline()[0])
    assert postgres.uids().real != 0
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_damaged_data_is_told_in_a_sentence(join, data_dir):
    join().communicate()
    version = data_dir / "postgres" / "PG_VERSION"

    version.write_text("banana\n")
    assert "PG_VERSION is damaged" in refusal(data_dir)
    version.write_text("12\n")
    assert "was made by PostgreSQL 12" in refusal(data_dir)
    version.write_text("18\n")
    (data_dir / "postgres" / "global" / "pg_control").write_bytes(b"")
    assert "does not start" in refusal(data_dir)


def test_a_file_in_the_place_of_the_folder_is_told_in_a_sentence(data_dir):
    data_dir.write_text("")

    assert "cannot be used" in refusal(data_dir)
