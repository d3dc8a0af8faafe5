"""What `up` says when it cannot start: one sentence on stderr, and a non-zero exit."""

import os
import socket
import subprocess

import pytest

from tests.run.conftest import free_port, run_manage


def refusal(data_dir, *arguments, **changes) -> str:
    """Return the sentence with which `up` refuses to start."""
    done = run_manage(data_dir, "up", "--no-demo", *(arguments or port()), **changes)
    assert done.returncode not in (0, None)
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stdout
    return done.stderr


def port() -> list[str]:
    return ["--port", str(free_port())]


def test_a_taken_port(data_dir):
    with socket.create_server(("127.0.0.1", 0)) as other:
        number = other.getsockname()[1]
        text = refusal(data_dir, "--port", str(number))

    assert f"Port {number}" in text
    assert f"make run PORT={number + 1}" in text


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("DATABASE_URL", "banana", "DATABASE_URL"),
        ("DATABASE_URL", "mysql://hub@localhost/hub", "DATABASE_URL must begin with postgres://"),
        ("DATABASE_URL", "postgresql://hub@127.0.0.1:1/hub", "refused"),
        ("DATABASE_URL", "postgresql://hub@no-such-host.invalid/hub", "DATABASE_URL"),
        ("REDIS_URL", "banana", "REDIS_URL must begin with"),
        ("REDIS_URL", "redis://127.0.0.1:1/0", "The queue (REDIS_URL) does not answer"),
        ("DEBUG", "perhaps", "DEBUG"),
        ("EMAIL_URL", "banana://x", "EMAIL_URL"),
        ("SITE_URL", "hub", "SITE_URL"),
        ("SITE_URL", "https://hub.example.com", "SECRET_KEY must be set"),
        ("TIME_ZONE", "Europe/Atlantis", "TIME_ZONE"),
        ("HOLIDAY_CALENDAR", "Berlin", "HOLIDAY_CALENDAR must be a country or a region of it"),
        ("HOLIDAY_CALENDAR", "DE-XX", "such as DE or DE-BE, not 'DE-XX'."),
        ("ATTACHMENT_MEGABYTES", "0", "must be a number from 1 to 1024"),
        ("FILES_REGION", "eu-1", "FILES_BUCKET must be set"),
        ("ADMIN_EMAIL", "nobody", "ADMIN_EMAIL must be an e-mail address"),
        ("CONN_MAX_AGE", "long", "CONN_MAX_AGE"),
    ],
)
def test_a_wrong_setting(data_dir, variable, value, words):
    assert words in refusal(data_dir, **{variable: value})


def test_a_file_where_the_data_should_be(data_dir):
    data_dir.write_text("")

    assert f"DATA_DIR {data_dir} cannot be used" in refusal(data_dir)


def test_a_folder_that_is_no_database(data_dir):
    (data_dir / "postgres").mkdir(parents=True)

    assert "PG_VERSION cannot be read" in refusal(data_dir)


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root can make a small disk.")
def test_a_full_disk(data_dir):
    data_dir.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", data_dir], check=False
    )
    if mounted.returncode:
        pytest.skip("This machine lets nobody mount a disk.")
    try:
        text = refusal(data_dir)
    finally:
        subprocess.run(["umount", "--lazy", data_dir], check=True)

    assert "The disk that holds" in text
    assert "is full" in text
