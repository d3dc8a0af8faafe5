"""What a file is, by its bytes; and names that are harmless everywhere."""

import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prodops.ui import files
from prodops.ui.files import ALL, PDF, PNG, TEXT, ZIP, FileRefused, safe_name, sort_of
from tests.factories.files import office, packed, png

ODT = packed(mimetype="application/vnd.oasis.opendocument.text", content_dot_xml="<x/>")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (png(), "PNG picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG picture"),
        (b"GIF89a\x01\x00", "GIF picture"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "WebP picture"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "HEIC picture"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00", "video"),
        (b"%PDF-1.7\n1 0 obj", "PDF"),
        (b"\r\n\r\n%PDF-1.4\n", "PDF"),
        (office("word"), "Word document"),
        (office("xl"), "Excel workbook"),
        (office("ppt"), "PowerPoint slides"),
        (ODT, "text document"),
        (packed(notes_dot_txt="hello"), "zip archive"),
        (b"Depot;Hours\nBerlin;12\n", "text"),
        ("Größe: 12 €\n".encode(), "text"),
        ("Größe: 12\n".encode("latin-1"), "text"),
        ("Größe: 12 €\n".encode("utf-16"), "text"),
        (b"WARNING the page held <script> and broke", "text"),
    ],
)
def test_bytes_tell_what_a_file_is(content, words):
    assert sort_of(io.BytesIO(content)).words == words


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00\x03", "program"),
        (b"\x7fELF\x02\x01", "program"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "2007"),
        (b"PK\x03\x04 cut off", "damaged"),
        (office("word", vbaProject="x"), "macros"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "scripts"),
        (b"\xef\xbb\xbf  <html>", "scripts"),
        (b'<?xml version="1.0"?>\n<!-- a drawing -->\n<svg onload="alert(1)"/>', "scripts"),
        ("<svg onload='alert(1)'/>".encode("utf-16"), "scripts"),
        (b"<SCRIPT>alert(1)</SCRIPT>", "scripts"),
        (b"Rar!\x1a\x07\x00", "zip"),
        (b"\x00\x01\x02\x03", "none of the files"),
        (b"text at first" + b" " * 9000 + b"\x00", "none of the files"),
    ],
)
def test_everything_else_is_refused_with_the_reason(content, words):
    with pytest.raises(FileRefused, match=words):
        sort_of(io.BytesIO(content))


def test_many_comments_before_nothing_are_read_once():
    assert sort_of(io.BytesIO(b"<!---->" * 500 + b"x")) == TEXT
    with pytest.raises(FileRefused, match="scripts"):
        sort_of(io.BytesIO(b"<!---->" * 500 + b"<svg/>"))


def test_an_archive_whose_claim_cannot_be_unpacked_is_damaged():
    content = packed(zipfile.ZIP_DEFLATED, mimetype="application/vnd.oasis " * 9)
    start = content.index(b"mimetype") + len(b"mimetype")
    broken = content[:start] + b"\xff" * 9 + content[start + 9 :]

    with pytest.raises(FileRefused, match="damaged"):
        sort_of(io.BytesIO(broken))


def test_an_archive_of_too_many_files_is_not_even_listed(monkeypatch):
    monkeypatch.setattr(files, "MOST_PACKED", 3)
    members = {f"file{number}": "" for number in range(4)}

    with pytest.raises(FileRefused, match="more than 3 files"):
        sort_of(io.BytesIO(packed(**members)))


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading(content):
    with contextlib.suppress(FileRefused):
        assert sort_of(io.BytesIO(content)) in ALL


@pytest.mark.parametrize(
    ("name", "sort", "safe"),
    [
        ("Screenshot 1.PNG", PNG, "Screenshot 1.png"),
        ("invoice.exe", PNG, "invoice.exe.png"),
        ("run.bat", TEXT, "run.bat.txt"),
        ("depots.csv", TEXT, "depots.csv"),
        ("../../etc/passwd", TEXT, "passwd.txt"),
        ("C:\\temp\\plan.pdf", PDF, "plan.pdf"),
        ("cod\u202etxt.exe", TEXT, "codtxt.exe.txt"),
        ('a"b<c>.zip', ZIP, "a_b_c_.zip"),
        ("line\r\nbreak.pdf", PDF, "linebreak.pdf"),
        ("con.txt", TEXT, "_con.txt"),
        ("", PNG, "file.png"),
        (" .. ", PNG, "file.png"),
        ("Ü" * 300 + ".pdf", PDF, "Ü" * 100 + ".pdf"),
        ("Angebot Größe.pdf", PDF, "Angebot Größe.pdf"),
    ],
)
def test_a_name_is_made_harmless(name, sort, safe):
    assert safe_name(name, sort) == safe


@given(st.text(max_size=200), st.sampled_from(ALL))
def test_every_name_fits_its_content_and_the_column(name, sort):
    safe = safe_name(name, sort)

    assert safe.rpartition(".")[2] in sort.extensions
    assert len(safe) <= 150
    assert not set(safe) & set('/\\\r\n\0"')
