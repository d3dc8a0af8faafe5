"""How forms look and refuse."""

import pytest
from django import forms
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
