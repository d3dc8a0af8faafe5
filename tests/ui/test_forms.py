"""How forms look and refuse."""

from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template

from prodops.ui.styleguide import ExampleForm


def render(form, **options):
    return Template('{% form form submit="Send request" cancel="/back/" %}').render(
        Context({"form": form, **options})
    )


def test_every_control_has_a_label():
    html = render(ExampleForm())

    for name in ("title", "body", "kind", "wanted_on", "is_public"):
        assert f'for="id_{name}"' in html
    assert "<legend" in html


def test_an_optional_field_says_so_and_a_required_one_is_required():
    html = render(ExampleForm())

    assert html.count("field__optional") == 2
    assert 'name="title" required' in html.replace(' aria-describedby="id_title_helptext"', "")


def test_help_and_error_belong_to_their_field():
    html = render(ExampleForm({"title": ""}))

    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_error"' in html
    assert 'aria-invalid="true"' in html


def test_the_summary_leads_to_each_wrong_field():
    html = render(ExampleForm({"title": ""}))

    assert 'role="alert"' in html
    assert '<a href="#id_title">Title</a>: This field is required.' in html


def test_errors_of_the_whole_form_are_in_the_summary():
    form = ExampleForm({"title": "x", "kind": "idea", "urgency": "low"})
    form.add_error(None, "Ada <b>Okafor</b> has already decided this one.")

    html = render(form)

    assert "Ada &lt;b&gt;Okafor&lt;/b&gt; has already decided" in html
    assert "That did not work" in html


def test_a_fresh_form_has_no_summary():
    assert "form__errors" not in render(ExampleForm())


def test_a_form_with_files_says_so():
    class Upload(forms.Form):
        file = forms.FileField()

    assert 'enctype="multipart/form-data"' in render(Upload())


@pytest.mark.django_db
def test_the_sign_in_page_speaks_our_forms(client):
    page = client.post("/accounts/login/", {"login": "nobody@x.test", "password": "wrong"})

    assert page.status_code == 200
    assert b"form__errors" in page.content


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31"])
def test_a_slip_of_the_keyboard_is_no_day(day):
    form = ExampleForm({"wanted_on": day})

    assert form.errors["wanted_on"] == ["Choose a day between 1900 and 2200."]


@pytest.mark.parametrize("day", ["1900-01-01", "2200-12-31", ""])
def test_days_people_deal_with_are_taken(day):
    assert "wanted_on" not in ExampleForm({"wanted_on": day}).errors


def test_every_form_of_ours_asks_for_days_in_one_way():
    """A plain DateField takes the year 1, on which reckoning with days breaks."""
    apps = ("intake", "launches", "planning", "reporting", "prodops")
    files = [file for app in apps for file in Path(settings.BASE_DIR, app).rglob("*.py")]
    plain = [file for file in files if " forms.DateField(" in file.read_text()]

    assert plain == []
