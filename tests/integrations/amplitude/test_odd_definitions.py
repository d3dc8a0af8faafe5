"""Definitions of series that are JSON but hold what no database keeps."""

import pytest

from prodops.integrations.amplitude.definitions import Unclear, read_event, read_segment


@pytest.mark.parametrize(
    "line",
    [
        r'{"event_type": "a\u0000b"}',
        r'{"event_type": "\ud800"}',
        '{"event_type": "Log In", "filters": [{"value": NaN}]}',
        '{"event_type": "Log In", "filters": [{"value": Infinity}]}',
        '{"event_type": ' * 2000,
    ],
)
def test_an_event_no_database_keeps_is_refused_with_its_line(line):
    with pytest.raises(Unclear, match="event_type"):
        read_event(line)


@pytest.mark.parametrize(
    "line", [r'[{"prop": "a\u0000"}]', r'[{"prop": "\udfff"}]', '[{"n": NaN}]']
)
def test_a_segment_likewise(line):
    with pytest.raises(Unclear):
        read_segment(line)


def test_letters_of_every_script_pass():
    assert read_event('{"event_type": "Größe \\ud83d\\ude00 \\\\u0000"}')["event_type"].startswith(
        "G"
    )
