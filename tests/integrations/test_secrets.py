"""A credential is nowhere but sealed in its table: every place it might slip into is searched."""

import base64
import io
import logging
import sys
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection as database
from django.test import Client
from django.urls import reverse

from prodops.celery import app
from prodops.integrations import rotation, secrets, services
from prodops.integrations.jira import webhooks
from prodops.integrations.models import Connection, Credential, Webhook
from prodops.integrations.runs import skip
from prodops.integrations.urls import urlpatterns
from tests.factories import jira
from tests.factories.people import UserFactory
from tests.integrations.conftest import sync

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
TOKEN = "Planted<7\"&token'9f2c"
FORMS = [
    TOKEN,
    base64.b64encode(f"bot@example.com:{TOKEN}".encode()).decode(),
    base64.b64encode(TOKEN.encode()).decode(),
    TOKEN.encode().hex(),
    *secrets._written(TOKEN),
]
ENTERED = {
    "name": "Our Jira",
    "kind": "jira_cloud",
    "base_url": "https://jira.example.com",
    "username": "bot@example.com",
    "secret": TOKEN,
    "interval_minutes": "15",
    "requests_a_second": "50",
    "is_active": "on",
    "untested": "1",
}


def found_in(text: str) -> list[str]:
    return [form for form in FORMS if form in text]


def everything_stored() -> str:
    """Return every row of every table as text, bytes in hex, as a dump would show them."""
    with database.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        texts = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" AS t')  # noqa: S608
            texts += [row for (row,) in cursor.fetchall()]
    return "\n".join(texts)


@pytest.fixture
def planted(private_urls):
    return services.save_connection(
        slug="jira",
        name="Jira",
        kind="jira_cloud",
        base_url="http://127.0.0.1:9",
        username="bot@example.com",
        secret=TOKEN,
        at=AT,
    )


def test_it_is_not_in_the_database_in_any_form(planted):
    sync(planted)
    services.want_sync(connection=planted, is_full=True, by=UserFactory(role="ops"), at=AT)
    dump = everything_stored()
    assert "integrations" in dump or "Jira" in dump
    assert found_in(dump) == []
    assert services.secret_of(planted) == TOKEN


def test_entering_it_leaves_no_trace_in_change_history_or_session(client):
    client.force_login(UserFactory(role="admin"))
    client.post(reverse("integrations:new-connection"), ENTERED)
    edit = reverse("integrations:edit-connection", args=["our-jira"])
    client.post(edit, ENTERED | {"secret": TOKEN + "2"})
    client.post(edit, ENTERED | {"interval_minutes": "0"})
    assert Credential.objects.count() == 1
    assert found_in(everything_stored()) == []


def test_no_page_shows_it(planted):
    """Every address of integrations and the administration, as an administrator sees it."""
    run = sync(planted)
    skip(run, source_id="1", key="A-1", reason="No status.", payload={"id": "1"}, at=AT)
    webhook = jira.webhook(planted, secret=TOKEN)
    keys = {
        "slug": planted.slug,
        "pk": run.pk,
        "token": webhook.token,
    }
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory(role="admin"))
    seen = 0
    for pattern in urlpatterns:
        wanted = {name: keys.get(name, 1) for name in pattern.pattern.converters}
        url = reverse(f"integrations:{pattern.name}", kwargs=wanted)
        for address in (url, f"{url}?format=csv"):
            response = client.get(address)
            body = b"".join(response) if response.streaming else response.content
            assert found_in(body.decode()) == [], address
            seen += response.status_code == 200
    for page in ("connection", "syncrun", "skippedrecord"):
        content = client.get(reverse(f"admin:integrations_{page}_changelist")).content.decode()
        assert found_in(content) == []
    change = reverse("admin:integrations_connection_change", args=[planted.pk])
    assert found_in(client.get(change).content.decode()) == []
    assert seen > 10


def test_credentials_have_no_page_in_the_administration():
    from django.contrib import admin

    assert {Credential, Webhook}.isdisjoint(admin.site._registry)


@pytest.mark.parametrize("is_debug", [True, False])
def test_no_error_page_and_no_error_mail_shows_it(
    planted, settings, monkeypatch, is_debug, client, mailoutbox, caplog
):
    """Each frame between the form and the wire holds it in some variable."""
    settings.DEBUG, settings.ADMINS = is_debug, [("Root", "root@example.com")]
    client.raise_request_exception = False
    client.force_login(UserFactory(role="admin"))

    def explode(*args, **options):
        token, plain, nested = TOKEN, f"Bearer {TOKEN}", [{"any": (TOKEN, TOKEN.encode())}]
        raise RuntimeError(f"Something about {plain} {nested} {token}")

    monkeypatch.setattr(services.JiraClient, "myself", explode)
    caplog.set_level("DEBUG")
    edit = reverse("integrations:edit-connection", args=["jira"])
    response = client.post(edit, ENTERED | {"base_url": "http://127.0.0.1:9", "test": "1"})

    assert response.status_code == 500
    assert ("RuntimeError" in response.content.decode()) == is_debug
    assert found_in(response.content.decode()) == []
    for mail in mailoutbox:
        assert found_in(mail.body + str(mail.alternatives)) == []


def test_log_lines_and_their_tracebacks_are_without_it(planted):
    services.secret_of(planted)
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(secrets.Concealing())
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger = logging.Logger("odd")
    logger.addHandler(handler)
    logger.warning("Asked with %s", {"token": TOKEN})
    try:
        raise ValueError(f"Bearer {TOKEN}")
    except ValueError:
        logger.exception("It failed")
    logger.info("nothing here")
    assert found_in(written.getvalue()) == []
    assert written.getvalue().count(secrets.CONCEALED) == 2
    assert "nothing here" in written.getvalue()


def test_every_handler_of_the_project_conceals(settings):
    handlers = settings.LOGGING["handlers"].values()
    assert all("concealing" in handler["filters"] for handler in handlers)


def test_a_run_that_fails_in_every_way_says_nothing_of_it(planted, capsys, caplog):
    caplog.set_level("DEBUG")
    run = sync(planted)
    with pytest.raises(SystemExit):
        call_command("sync", "jira")
    planted.refresh_from_db()
    said = caplog.text + str(capsys.readouterr()) + run.error + planted.broken_reason
    assert found_in(said) == []


def test_no_message_of_the_queue_carries_it(
    planted, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    original = app.Task.apply_async

    def keep(self, args=None, kwargs=None, **options):
        sent.append(repr((self.name, args, kwargs, options)))
        return original(self, args, kwargs, **options)

    monkeypatch.setattr(app.Task, "apply_async", keep)
    with django_capture_on_commit_callbacks(execute=True):
        services.want_sync(connection=planted, is_full=True, by=UserFactory(role="ops"), at=AT)
        webhooks.register(connection=planted, by=UserFactory(role="admin"), at=AT, is_by_hand=True)
    assert sent
    assert found_in("\n".join(sent)) == []


def test_representations_do_not_show_it(planted):
    client = services.jira_client(planted)
    texts = [repr(client), str(client), repr(planted), repr(planted.credential)]
    texts += [repr(form) for form in (jira.webhook(planted, secret=TOKEN),)]
    assert found_in(" ".join(texts)) == []


def test_ten_thousand_are_sealed_anew_while_two_keys_live(settings):
    settings.CREDENTIALS_KEYS = ["the old key"]
    old = secrets.key_id()
    connections = Connection.objects.bulk_create(
        Connection(slug=f"c{n}", name=f"C{n}", kind="jira_cloud", base_url="https://e.example.com")
        for n in range(10_000)
    )
    Credential.objects.bulk_create(
        Credential(
            connection=one, sealed=secrets.seal(f"secret of {one.slug}"), key_id=old, changed_at=AT
        )
        for one in connections
    )
    jira.webhook(connections[0], secret="the webhook's")
    settings.CREDENTIALS_KEYS = ["the new key", "the old key"]
    assert services.secret_of(connections[77]) == "secret of c77"
    assert rotation.is_due()

    assert rotation.rotate(at=AT) == 10_001
    assert rotation.rotate(at=AT) == 0

    assert not rotation.is_due()
    settings.CREDENTIALS_KEYS = ["the new key"]
    assert services.secret_of(connections[-1]) == "secret of c9999"
    assert secrets.unseal(bytes(Webhook.objects.get().sealed)) == "the webhook's"
    assert not Credential.objects.filter(key_id=old).exists()


def test_what_no_key_opens_is_told_and_blocks_nothing(settings, planted):
    settings.CREDENTIALS_KEYS = ["a key that is lost"]
    jira.webhook(planted)
    settings.CREDENTIALS_KEYS = ["the first key"]
    other = jira.connection("other")
    services.save_connection(connection=other, secret="readable", at=AT)
    settings.CREDENTIALS_KEYS = ["the next key", "the first key"]
    with pytest.raises(CommandError, match=r"1 sealed anew; 2 cannot be opened: CREDENTIALS_KEYS"):
        call_command("rotate_credentials")
    assert services.secret_of(other) == "readable"


def test_a_wrong_key_is_said_in_a_sentence_on_every_way(settings, planted, client):
    webhook = jira.webhook(planted)
    settings.CREDENTIALS_KEYS = ["another key altogether"]
    client.force_login(UserFactory(role="admin"))

    failed = sync(planted)
    edit = reverse("integrations:edit-connection", args=["jira"])
    kept = ENTERED | {"secret": "", "base_url": "http://127.0.0.1:9", "test": "1"}
    tested = client.post(edit, kept).content.decode()
    called = client.post(
        reverse("integrations:delivery", args=[webhook.token]),
        b"{}",
        content_type="application/json",
    )

    assert "CREDENTIALS_KEYS lacks the key" in failed.error
    assert "CREDENTIALS_KEYS lacks the key" in tested
    assert (called.status_code, b"CREDENTIALS_KEYS" in called.content) == (503, True)
    planted.refresh_from_db()
    assert (planted.breaker, planted.failures) == (Connection.Breaker.OPEN, 1)


def test_short_words_are_not_taken_for_secrets():
    secrets.seal("abc")
    assert secrets.conceal("abc and abc") == "abc and abc"
    assert sys.getsizeof(secrets._known) < 1_000_000
