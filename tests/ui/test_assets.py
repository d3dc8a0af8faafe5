"""Rules of the templates, styles and scripts that a machine can check."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

ROOT = Path(settings.BASE_DIR)
STYLES = sorted((ROOT / "static/css").rglob("*.css"))
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))
PAGES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if "mail" not in path.parts]
LAYERS = ("reset", "tokens", "base", "layout", "components", "pages", "utilities")
APP = (ROOT / "static/css/app.css").read_text()


def shown(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [each for each in STYLES if each.name != "app.css"], ids=shown)
def test_each_style_file_is_layered_imported_and_short(path):
    text = path.read_text()

    assert re.search(r"^@layer (\w+) \{", text, re.MULTILINE)[1] in LAYERS
    assert f'@import url("{path.relative_to(ROOT / "static/css")}");' in APP
    assert len(text.splitlines()) <= 150


def test_the_style_sheet_is_layer_order_and_imports_only():
    first, *imports = APP.strip().splitlines()

    assert first == f"@layer {', '.join(LAYERS)};"
    assert all(line.startswith("@import url(") for line in imports)


@pytest.mark.parametrize("path", SCRIPTS, ids=shown)
def test_each_script_is_short_strict_and_evaluates_nothing(path):
    text = path.read_text()

    assert len(text.splitlines()) <= 60
    assert '"use strict";' in text
    assert not re.search(
        r"\beval\(|new Function|\.(?:inner|outer)HTML|document\.write|\.style\b", text
    )


@pytest.mark.parametrize("path", PAGES, ids=shown)
def test_each_template_is_short_and_has_nothing_inline(path):
    text = path.read_text()

    assert len(text.splitlines()) <= 80
    assert not re.search(r"\sstyle=|\son[a-z]+=|hx-on|<style|href=.javascript:", text)
    assert not re.search(r"<script(?![^>]*\b(nonce|src)=)", text)
    assert "|safe" not in text
    assert not re.search(r"\{%\s*autoescape off", text)


def test_plotly_s_script_comes_from_its_package():
    assert finders.find("vendor/plotly.min.js").endswith("package_data/plotly.min.js")
