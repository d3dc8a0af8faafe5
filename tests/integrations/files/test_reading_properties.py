"""Whatever stands in a file, it is read or explained; and where the pieces end changes nothing."""

import contextlib
import io
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prodops.integrations.jira.files import csv_rows, days, json_rows
from prodops.integrations.jira.files.reading import UNREADABLE, FileRefused, is_json, opened

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
issues = st.lists(st.dictionaries(st.text(), anything, min_size=1, max_size=4), max_size=6)
layouts = st.sampled_from([None, 1, 4])
wraps = {
    "result": lambda found: {"startAt": 0, "maxResults": 50, "total": len(found), "issues": found},
    "list": lambda found: found,
}


class Trickle(io.StringIO):
    """Gives a few characters at a time, as a slow disk might."""

    def read(self, size=-1):
        return super().read(min(size, 3) if size >= 0 else size)


def read_all(stream):
    return [row.payload for row in json_rows.rows(stream)]


@given(issues, layouts, st.sampled_from(sorted(wraps)))
def test_json_is_read_whole_however_it_is_cut(found, indent, wrap):
    text = json.dumps(wraps[wrap](found), indent=indent)
    expected = [json_rows.with_changelog(one) for one in json.loads(json.dumps(found))]
    assert read_all(io.StringIO(text)) == expected
    assert read_all(Trickle(text)) == expected


@given(issues)
def test_each_issue_has_its_line(found):
    text = "\n".join(json.dumps(one) for one in found)
    lines = [row.line for row in json_rows.rows(io.StringIO(text))]
    assert lines == list(range(1, len(found) + 1))


@given(issues, st.data())
def test_cut_or_changed_json_is_refused_or_read_but_never_breaks(found, data):
    text = json.dumps(wraps["result"](found))
    at = data.draw(st.integers(0, len(text)))
    junk = data.draw(st.text(max_size=5))
    for broken in (text[:at], text[:at] + junk + text[at:]):
        with contextlib.suppress(FileRefused):
            read_all(io.StringIO(broken))


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda junk: b"\x1f\x8b" + junk))
def test_any_bytes_are_read_or_explained(content):
    with contextlib.suppress(FileRefused, *UNREADABLE):
        with opened(iter([content[:7], content[7:]])) as stream:
            text = stream.read()
        stream = io.StringIO(text)
        rows = json_rows.rows(stream) if is_json(text) else csv_rows.lines(stream)
        for _ in rows:
            pass


FORMATS = ["%d/%b/%y %I:%M %p", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M"]


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)),
    st.sampled_from([*FORMATS, "%B %d, %Y %I:%M %p"]),
)
def test_what_was_written_is_read_again(moment, shape):
    moment = moment.replace(second=0, microsecond=0)
    text = moment.strftime(shape)
    assert days.read_moment(text, order="dmy", zone=ZoneInfo("UTC")) == moment.replace(tzinfo=UTC)


@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_refused(text):
    for order in ("dmy", "mdy"):
        with contextlib.suppress(days.NoMoment):
            days.read_moment(text, order=order, zone=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("Mrz", 3),
        ("Mär", 3),
        ("mai", 5),
        ("juin", 6),
        ("juil.", 7),
        ("août", 8),
        ("déc.", 12),
        ("ene", 1),
        ("dic", 12),
        ("ago", 8),
        ("out", 10),
        ("mei", 5),
        ("okt.", 10),
        ("Dezember", 12),
        ("września", 9),
        ("paź", 10),
        ("lis", 11),
        ("juni", 6),
        ("juli", 7),
        ("September", 9),
    ],
)
def test_months_of_many_languages_are_known(name, month):
    assert days.month_of(name) == month
