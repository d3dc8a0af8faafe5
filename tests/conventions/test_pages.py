"""Templates, style sheets and scripts: nothing inline, everything in its layer."""

import re
from collections import defaultdict

from tests.conventions import PROJECT, files, none, place

TRUSTED = {"prodops/ui/markdown.py"}
LAYERS = {"reset", "tokens", "base", "layout", "components", "pages", "utilities"}


def templates(*, mail: bool = False):
    found = files("*.html", under=("templates", "prodops", "intake", "planning", "launches"))
    return [path for path in found if mail or "mail" not in path.parts]


def matches(pattern: str, paths) -> list[str]:
    wanted = re.compile(pattern, re.IGNORECASE | re.DOTALL)
    return [
        f"{place(path, text.count(chr(10), 0, match.start()) + 1)} {match.group(0)[:60]!r}"
        for path in paths
        for text in [re.sub(r"\{#.*?#\}", "", path.read_text())]
        for match in wanted.finditer(text)
    ]


def test_no_template_carries_style():
    none(matches(r"<style\b|<[^<>]*\sstyle=", templates()))


def test_no_template_carries_script():
    pattern = r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|<[^<>]*\son[a-z]+=|hx-on\b"
    none(matches(pattern, templates(mail=True)))
    none(matches(r"javascript:", templates(mail=True)))


def test_only_the_sanitiser_and_the_tags_may_call_text_safe():
    none(matches(r"\|\s*safe(seq)?\b|autoescape off", templates(mail=True)))
    trusted = [
        path
        for path in files("*.py")
        if str(path.relative_to(PROJECT)) not in TRUSTED and "templatetags" not in path.parts
    ]
    none(matches(r"\bmark_safe\b|\bSafeString\(", trusted))


def test_every_style_sheet_is_in_a_layer():
    for path in files("*.css", under=("static/css",)):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL).strip()
        if path.name == "app.css":
            assert text.startswith("@layer reset, tokens, base, layout, components, pages")
            continue
        layer = re.match(r"@layer (\w+) \{", text)
        assert layer, place(path)
        assert layer.group(1) in LAYERS, place(path)


def test_every_style_sheet_is_imported():
    app = (PROJECT / "static/css/app.css").read_text()
    none(
        [
            place(path)
            for path in files("*.css", under=("static/css",))
            if path.name != "app.css" and str(path.relative_to(PROJECT / "static/css")) not in app
        ]
    )


def test_a_class_is_drawn_in_one_sheet():
    """All pages load all sheets: the second `.trial` would lay out the first one's table."""
    drawn = defaultdict(set)
    for path in files("*.css", under=("static/css",)):
        for rule in re.findall(r"^  (\.[\w-]+(?:, \.[\w-]+)*) \{", path.read_text(), re.MULTILINE):
            for name in rule.split(", "):
                drawn[name].add(place(path))
    assert drawn
    none([f"{name}: {', '.join(sorted(found))}" for name, found in drawn.items() if len(found) > 1])


def test_colours_come_from_the_tokens():
    sheets = [path for path in files("*.css", under=("static/css",)) if path.name != "tokens.css"]
    none(matches(r"#[0-9a-f]{3,8}\b(?=\s*[;,)])|\brgba?\(|\bhsla?\(", sheets))


def test_every_page_has_its_title_and_every_partial_a_name():
    pages = [
        path
        for path in files("*.html", under=("templates",))
        if re.search(r"\{% extends \"(base|record|entrance)\.html\"", path.read_text())
    ]
    none([place(path) for path in pages if path.name.startswith("_")])
    none(
        [
            place(path)
            for path in pages
            if "{% block title %}" not in path.read_text()
            and path.name not in {"record.html", "entrance.html"}
        ]
    )
