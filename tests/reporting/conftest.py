"""Fixtures of reporting; the mail server of the notification tests serves here too."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from tests.notifications.conftest import mail_server  # noqa: F401 - the fixture

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def november(monkeypatch):
    """Let the hub's clock stand at 20 November 2026, whatever the machine's says."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return NOW
