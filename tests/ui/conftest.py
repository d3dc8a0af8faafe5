"""A signed-in person, and a small list page."""

import pytest
from django.template import engines
from django.template.loaders.locmem import Loader

from tests.factories.people import UserFactory

ROW = """<tr>{% row_select %}
<td><a class="row__link" href="/people/{{ object.pk }}/">{{ object.name }}</a></td>
<td class="num">{{ object.pk }}</td><td>{{ object.job_title }}</td></tr>"""


@pytest.fixture
def user(db):
    return UserFactory(name="Mira Chen", role="contributor")


@pytest.fixture
def signed_in(client, user):
    client.force_login(user)
    return client


@pytest.fixture
def colleagues(settings, monkeypatch):
    """Add the list of colleagues to the hub's addresses, with its row template."""
    settings.ROOT_URLCONF = "tests.ui.list_urls"
    engine = engines["django"].engine
    loader = Loader(engine, {"tests/_colleague_row.html": ROW})
    monkeypatch.setattr(engine, "template_loaders", [*engine.template_loaders, loader])
    return "/colleagues/"


def names(response):
    """The rows of a list page, in order."""
    return [user.name for user in response.context["objects"]]
