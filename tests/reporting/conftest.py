"""Fixtures of reporting: the mail server of the notification tests serves here too."""

from tests.notifications.conftest import mail_server  # noqa: F401 - the fixture
