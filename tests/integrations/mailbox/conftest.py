"""A mail server of our own, and a mailbox on it."""

from datetime import UTC, datetime, timedelta

import pytest

from prodops.integrations.mailbox import reading
from tests.factories import mail
from tests.integrations.mailbox.server import Post, serve

AT = datetime(2026, 11, 2, 10, tzinfo=UTC)


@pytest.fixture
def at():
    return AT


@pytest.fixture
def post():
    return Post()


@pytest.fixture
def server(post):
    running = serve(post)
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture
def box(db, server, settings):
    settings.ALLOW_PRIVATE_URLS = True
    host, port = server.server_address
    return mail.mailbox(host=host, port=port, security="none")


@pytest.fixture
def read(box, at):
    """Return a function that reads the mailbox, a minute later each time."""
    minutes = iter(range(1000))

    def once():
        moment = at + timedelta(minutes=next(minutes))
        return reading.read(mailbox_id=box.pk, clock=lambda: moment)

    return once
