"""What the log holds of a refused request."""

import logging
import runpy
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.utils.module_loading import import_string
from gunicorn.config import Config

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


@pytest.mark.parametrize("path", ["roadmap/shared/{}/", "forums/calendars/{}.ics"])
@pytest.mark.parametrize(
    "secret",
    ["s3cr3t-100%-of-it", "%20s3cr3t", "%0d%0as3cr3t", "beginning%0a%20s3cr3t", "a%09s3cr3t"],
)
def test_an_address_that_is_a_permission_is_not_told(client, logged, path, secret):
    assert client.get("/planning/" + path.format(secret)).status_code == 404

    (record,) = logged
    assert "Not Found: /planning/" in record.getMessage()
    assert "s3cr3t" not in record.getMessage()


def test_the_web_server_tells_no_secret_address():
    configured = runpy.run_path("gunicorn.conf.py")
    logger = configured["logger_class"](Config())
    path = "/planning/roadmap/shared/s3cr3t/"
    said = logger.atoms(
        SimpleNamespace(status="200 OK", sent=1, headers=[], response_length=1),
        SimpleNamespace(headers=[]),
        {
            "PATH_INFO": path,
            "RAW_URI": path,
            "REQUEST_METHOD": "GET",
            "SERVER_PROTOCOL": "HTTP/1.1",
        },
        timedelta(0),
    )

    line = configured["access_log_format"] % {**said, "M": 1}
    assert line == "GET /planning/roadmap/shared/… 200 1 ms"
