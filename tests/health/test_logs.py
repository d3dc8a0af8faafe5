"""What the log holds of a refused request."""

import logging

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def logged():
    """Return the records as the handler of the settings lets them through."""
    kept = []

    class Keeping(logging.Handler):
        def emit(self, record):
            kept.append(record)

    handler = Keeping()
    for name in settings.LOGGING["handlers"]["console"]["filters"]:
        handler.addFilter(import_string(settings.LOGGING["filters"][name]["()"])())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    yield kept
    logger.removeHandler(handler)


def test_a_refusal_is_one_line(client, logged):
    client.force_login(UserFactory(role="requester"))

    assert client.get("/integrations/connections/").status_code == 403

    (record,) = logged
    assert "Forbidden" in record.getMessage()
    assert record.exc_info is None


def test_a_fault_of_ours_keeps_its_traceback(logged):
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError as error:
        fault = error
    extra = {"status_code": 500}
    logging.getLogger("django.request").error("Broken", exc_info=fault, extra=extra)

    (record,) = logged
    assert record.exc_info[1] is fault
