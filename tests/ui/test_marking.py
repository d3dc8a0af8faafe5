"""Passages of Markdown: found as people read them, marked without changing a word."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prodops.ui import markdown, marking
from prodops.ui.marking import Span

LETTERS = st.text("ab *_`<>&\"'#-\n|[]()", max_size=80)


def text_of(found):
    return html.unescape(re.sub(r"<[^>]+>", "", found))


@given(LETTERS, st.lists(st.tuples(st.integers(0, 90), st.integers(1, 30)), max_size=4))
def test_marks_change_no_word_and_stand_where_they_should(text, places):
    words = marking.words(text)
    spans = [Span(start, start + length, n, "<A & B>") for n, (start, length) in enumerate(places)]

    marked = marking.mark(markdown.render(text), spans)

    assert text_of(marked) == text_of(markdown.render(text)) == words
    covered = "".join(
        text_of(each) for each in re.findall(r"<mark[^>]*>(.*?)</mark>", marked, re.S)
    )
    wanted = [c for n, c in enumerate(words) if any(s.start <= n < s.end for s in spans)]
    assert covered.replace(" ", "").replace("\n", "") == "".join(
        each for each in wanted if each not in " \n"
    )


@given(LETTERS, st.data())
def test_what_was_cut_out_of_a_text_is_found_where_it_was(text, data):
    words = marking.words(text)
    start = data.draw(st.integers(0, max(0, len(words) - 1)))
    cut = words[start : data.draw(st.integers(start, len(words)))]
    if not cut.strip():
        assert marking.find(words, cut) is None
        return
    inner = start + len(cut) - len(cut.lstrip())

    found = marking.find(words, cut, near=inner)

    assert found is not None
    assert found[0] == inner
    assert words[slice(*found)].split() == cut.split()


def test_the_nearest_of_several_places_is_meant():
    assert marking.find("late and late and late", "late", near=10) == (9, 13)
    assert marking.find("late and late and late", "late") == (0, 4)


def test_spaces_stand_for_each_other_and_capitals_only_matter_where_both_occur():
    assert marking.find("fuel\n surcharge", "fuel surcharge") == (0, 15)
    assert marking.find("Fuel surcharge", "fuel surcharge") == (0, 14)
    assert marking.find("Fuel or fuel", "fuel") == (8, 12)
    assert marking.find("Fuel or fuel", "price") is None


@pytest.mark.parametrize("wanted", ["", " \n", "(", "[a", "a.*b"])
def test_signs_of_patterns_are_only_signs(wanted):
    assert marking.find("a text", wanted) is None


def test_marks_never_stand_between_the_rows_of_a_table():
    text = "| a | b |\n|---|---|\n| one | two |\n"
    words = marking.words(text)
    marked = marking.mark(markdown.render(text), [Span(0, len(words), 1, "T")])

    assert "<td><mark" in marked
    assert not re.search(r"</t[rd]>\s*<mark", marked)


def test_a_name_with_signs_of_html_stays_a_name():
    marked = marking.mark("<p>one</p>", [Span(0, 3, 5, '"><script>')])
    assert "<script>" not in marked
