"""Mails are rendered twice, text and HTML, from one base."""

import pytest
from django.template import engines
from django.template.loaders.locmem import Loader

from prodops.ui.mail import render_mail

TEMPLATES = {
    "mail/hello.txt": '{% extends "mail/base.txt" %}'
    "{% block content %}Hello {{ name }}{% endblock %}",
    "mail/hello.html": '{% extends "mail/base.html" %}{% block content %}<h1>Hello {{ name }}</h1>'
    '{% include "mail/_button.html" with href="https://x.test/" label="Open" %}{% endblock %}',
}


@pytest.fixture
def hello(monkeypatch):
    engine = engines["django"].engine
    loader = Loader(engine, TEMPLATES)
    monkeypatch.setattr(engine, "template_loaders", [*engine.template_loaders, loader])
    return render_mail("mail/hello", subject="Hi", context={"name": "O'Neil & <Co>"})


def test_the_text_is_not_escaped_and_the_html_is(hello):
    text, html = hello

    assert text.startswith("Hello O'Neil & <Co>\n")
    assert "O&#x27;Neil &amp; &lt;Co&gt;" in html or "O'Neil &amp; &lt;Co&gt;" in html


def test_both_lead_to_the_preferences(hello):
    assert all("/notifications/preferences/" in part for part in hello)


def test_styles_are_inlined_and_only_the_media_rules_stay(hello):
    html = hello[1]

    assert '<h1 style="' in html
    assert "prefers-color-scheme: dark" in html
    assert ".preheader {" not in html


def test_the_layout_is_one_table_of_600_pixels(hello):
    assert 'width="600"' in hello[1]
    assert "<script" not in hello[1]
