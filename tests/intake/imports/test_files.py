"""Files of all sorts are opened, or refused with what to do."""

import gzip
import json
import tracemalloc

import pytest

from intake.services.imports import files
from intake.services.imports.problems import FileRefused
from tests.intake.imports.conftest import problems, table

TEXT = "Title;Body\nÜber Rechnungen;Größe »10 €«\n"
SMALL = [["Title", "Kind"], ["Export all", "idea"]]


def opened(content, is_of_tickets=False):
    def pieces():
        yield from (content[n : n + 100_000] for n in range(0, len(content), 100_000))

    form = files.find_format(pieces, is_of_tickets=is_of_tickets)
    return form, list(files.records(pieces, form))


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
def test_every_usual_encoding_is_found(encoding, found):
    form, rows = opened(TEXT.encode(encoding))

    assert (form.encoding, form.delimiter) == (found, ";")
    assert [row.cells for row in rows] == [
        ["Title", "Body"],
        ["Über Rechnungen", "Größe »10 €«"],
    ]


def test_latin_1_is_read_where_windows_knows_no_letter():
    form, rows = opened("Title;Body\né\x81;è\n".encode("latin-1"))

    assert form.encoding == "latin-1"
    assert rows[1].cells == ["é\x81", "è"]


def test_a_letter_far_down_decides_the_encoding():
    content = b"Title,Body\n" + b"plain,plain\n" * 40_000 + "é,é\n".encode("cp1252")

    form, rows = opened(content)

    assert form.encoding == "cp1252"
    assert rows[-1].cells == ["é", "é"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_usual_delimiter_is_found(delimiter):
    rows = [["Title", "Body"], ["a, b; c", 'She said "no"\nand left'], ["x", "y"]]

    form, found = opened(table(*rows, delimiter=delimiter).encode())

    assert form.delimiter == delimiter
    assert [row.cells for row in found] == rows
    assert [row.line for row in found] == [1, 2, 4]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"  \r\n \n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"PK\x03\x04" + b"x" * 100, "Excel"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "Excel"),
        (b"%PDF-1.7 and so on", "PDF"),
        (gzip.compress(b"Title\nx\n"), "gzip"),
        (bytes(range(256)) * 40, "no text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 30, "no text"),
        (b'[{"title": "x"}]', "JSON"),
        (b"1,2,3\n4,5,6\n", "names no columns"),
        ((",".join(f"column {n}" for n in range(301)) + "\n").encode(), "301 columns"),
    ],
)
def test_what_is_no_table_is_refused_with_the_cure(content, words):
    with pytest.raises(FileRefused, match=words):
        opened(content)


def test_two_hundred_columns_are_fine():
    head = [f"column {n}" for n in range(200)]

    _, rows = opened(table(head, ["x"] * 200).encode())

    assert len(rows[1].cells) == 200


def test_ragged_lines_are_named_and_the_others_read():
    content = b'Title,Kind\none\ntwo,idea,more\nthree,idea,,\n\n"four",idea\n'

    _, rows = opened(content)

    assert [(row.line, bool(row.problem)) for row in rows] == [
        (1, False),
        (2, True),
        (3, True),
        (4, False),
        (6, False),
    ]
    assert rows[1].problem.what == "It has 1 cells, the heading has 2."


def test_a_quotation_mark_inside_a_cell_is_named_and_the_next_line_read():
    _, rows = opened(b'Title,Kind\n"one" two,idea\nthree,idea\n')

    assert rows[1].problem.what.startswith("It cannot be read as CSV")
    assert rows[2].cells == ["three", "idea"]


def test_a_quotation_mark_that_never_closes_is_named():
    _, rows = opened(b'Title,Kind\none,idea\n"two,idea\nthree,idea\n')

    assert rows[-1].line == 3
    assert "never closes" in rows[-1].problem.what


def test_what_guards_a_formula_is_taken_off():
    _, rows = opened(b"Title,Kind\n'=1+1,'plain\n'+49 30,''-x\n")

    assert rows[1].cells == ["=1+1", "'plain"]
    assert rows[2].cells == ["+49 30", "'-x"]


def test_a_million_characters_in_a_cell_are_one_wrong_line(steps):
    content = table(*SMALL, ["x" * 1_000_000, "idea"], ["After it", "idea"])

    importing = steps.checked(content)

    assert (importing.created, importing.refused) == (2, 1)
    assert problems(importing) == [(3, "Title", "It is longer than 300 characters.")]


def test_a_zero_byte_is_a_wrong_cell_and_not_the_end(steps):
    importing = steps.checked(table(*SMALL, ["Nothing\x00here", "idea"], ["After it", "idea"]))

    assert importing.created == 2
    assert problems(importing) == [(3, "Title", "It holds a zero byte.")]


def test_a_heading_that_stands_twice_gives_its_field_once(steps):
    importing = steps.keep(table(["Title", "Title", "Kind"], ["one", "two", "idea"]))

    assert importing.mapping["columns"] == ["title", "", "kind"]


def test_a_hundred_thousand_lines_take_no_more_memory_than_a_thousand():
    line = b"Export of everything we have,idea,A body of some length to make it count\n"

    def peak(count):
        def pieces():
            yield b"Title,Kind,Body\n"
            for _ in range(count // 1000):
                yield line * 1000

        form = files.Format("csv", "utf-8", ",")
        tracemalloc.start()
        read = sum(1 for _ in files.records(pieces, form))
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert read == count + 1
        return size

    assert peak(100_000) < peak(1000) * 1.5 + 100_000


@pytest.mark.parametrize(
    "content",
    [
        [{"id": 1}, {"id": 2}],
        {"tickets": [{"id": 1}, {"id": 2}], "count": 2},
        {"conversations": [{"id": "1"}, {"id": "2"}], "type": "conversation.list"},
    ],
)
def test_tickets_stand_in_a_list_an_answer_or_lines(content):
    lines = b"".join(json.dumps(each).encode() + b"\n" for each in [{"id": 1}, {"id": 2}])

    for text in (json.dumps(content).encode(), json.dumps(content, indent=2).encode(), lines):
        _, rows = opened(text, is_of_tickets=True)
        assert [row.cells[0] for row in rows[1:]] == ["1", "2"]


def test_json_that_is_cut_off_keeps_what_stands_before():
    _, rows = opened(b'[{"id": 1},\n{"id": 2},\n{"id": 3, "subj', is_of_tickets=True)

    assert [row.cells[:1] for row in rows[1:3]] == [["1"], ["2"]]
    assert rows[3].problem.line == 3
