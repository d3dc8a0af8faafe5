"""What a file is, told by its bytes: names and declared types are only claims.

A table of signatures, not a library: what is not in it is refused, so it only has to know the few
sorts of files people attach, and each of them exactly.
"""

import lzma
import re
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO

HEAD = 4096
PIECE = 1 << 20
MOST_PACKED = 20_000
LONGEST_STEM = 100
TAKEN = "Pictures, PDF, text, Office documents (docx, xlsx, pptx, odt, ods, odp), zip and video"


class FileRefused(Exception):
    """The hub does not keep such a file; the message says why in words a person can act on."""


@dataclass(frozen=True)
class Sort:
    """A sort of file the hub takes; a name that claims another one gets the first extension."""

    words: str
    content_type: str
    extensions: tuple[str, ...]
    is_picture: bool = False


PNG = Sort("PNG picture", "image/png", ("png",), is_picture=True)
JPEG = Sort("JPEG picture", "image/jpeg", ("jpg", "jpeg", "jfif"), is_picture=True)
GIF = Sort("GIF picture", "image/gif", ("gif",), is_picture=True)
WEBP = Sort("WebP picture", "image/webp", ("webp",), is_picture=True)
HEIC = Sort("HEIC picture", "image/heic", ("heic", "heif"))
PDF = Sort("PDF", "application/pdf", ("pdf",))
MP4 = Sort("video", "video/mp4", ("mp4", "m4v"))
MOV = Sort("video", "video/quicktime", ("mov",))
WEBM = Sort("video", "video/webm", ("webm", "mkv"))
ZIP = Sort("zip archive", "application/zip", ("zip",))
TEXT = Sort(
    "text",
    "text/plain",
    ("txt", "csv", "tsv", "log", "md", "json", "yaml", "yml", "ics", "eml"),
)
OPEN_XML = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
OFFICE = {
    "word/": Sort("Word document", f"{OPEN_XML}.wordprocessingml.document", ("docx",)),
    "xl/": Sort("Excel workbook", f"{OPEN_XML}.spreadsheetml.sheet", ("xlsx",)),
    "ppt/": Sort("PowerPoint slides", f"{OPEN_XML}.presentationml.presentation", ("pptx",)),
}
OPEN = {
    sort.content_type: sort
    for sort in (
        Sort("text document", f"{OPEN_DOCUMENT}.text", ("odt",)),
        Sort("spreadsheet", f"{OPEN_DOCUMENT}.spreadsheet", ("ods",)),
        Sort("slides", f"{OPEN_DOCUMENT}.presentation", ("odp",)),
    )
}
ALL = (PNG, JPEG, GIF, WEBP, HEIC, PDF, MP4, MOV, WEBM, ZIP, TEXT, *OFFICE.values(), *OPEN.values())
BY_CONTENT_TYPE = {sort.content_type: sort for sort in ALL}
SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"%PDF-", PDF),
    (b"\x1a\x45\xdf\xa3", WEBM),
)
BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"), HEIC),
    **dict.fromkeys((b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42"), MP4),
    **dict.fromkeys((b"avc1", b"M4V ", b"M4VH", b"MSNV", b"dash"), MP4),
    b"qt  ": MOV,
}
REFUSED = (
    (b"MZ", "It is a program."),
    (b"\x7fELF", "It is a program."),
    (b"\xd0\xcf\x11\xe0", "Office files of before 2007 may carry macros: save it as a newer one."),
    (b"Rar!", "RAR archives are not taken: pack it as a zip."),
    (b"7z\xbc\xaf", "7z archives are not taken: pack it as a zip."),
)
# Nothing in it is tried twice: a hundred comments would keep a worker busy for ever.
ACTIVE = re.compile(
    rb"(?>\s+|<\?xml[^>]*>|<!--.*?-->)*+<(?:!doctype|html|head|body|svg|script|iframe|\?php)\b",
    re.IGNORECASE | re.DOTALL,
)
NO_TEXT = bytes(set(range(32)) - set(b"\t\n\r\f\x1b\x08"))
DAMAGED = (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError)
DAMAGED += (struct.error, zlib.error, lzma.LZMAError)
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def sort_of(file: IO[bytes]) -> Sort:
    """Return what a file is; raise FileRefused for anything the hub does not keep."""
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise FileRefused("It is empty.")
    for signature, why in REFUSED:
        if head.startswith(signature):
            raise FileRefused(why)
    if head.startswith(b"PK\x03\x04"):
        return _packed(file)
    return _by_signature(head) or _text(file, head)


def safe_name(name: str, sort: Sort) -> str:
    """Return a file name that is harmless everywhere and ends as its content says.

    Without folders, control characters, or those that turn the direction of writing round.
    """
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = "".join(each for each in plain if unicodedata.category(each)[0] != "C")
    plain = " ".join(re.sub(r'[<>:"|?*]', "_", plain).split()).strip(" .")
    stem, dot, extension = plain.rpartition(".")
    if not dot or extension.lower() not in sort.extensions:
        stem, extension = plain, sort.extensions[0]
    stem = stem[:LONGEST_STEM].rstrip(" .") or "file"
    return f"{'_' if RESERVED.match(stem) else ''}{stem}.{extension.lower()}"


def _by_signature(head: bytes) -> Sort | None:
    for signature, sort in SIGNATURES:
        if head.startswith(signature):
            return sort
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return BRANDS.get(head[8:12])
    return PDF if b"%PDF-" in head[:1024] else None


def _packed(file: IO[bytes]) -> Sort:
    """Tell Office documents from archives by what lies in them; nothing is unpacked."""
    _refuse_crowd(file)
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            claim = _claim(archive) if "mimetype" in names else ""
    except DAMAGED:
        raise FileRefused("The archive is damaged.") from None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileRefused("It holds macros: save it without them.")
    if "[Content_Types].xml" in names:
        folders = {f"{name.partition('/')[0]}/" for name in names}
        return next((OFFICE[each] for each in OFFICE if each in folders), ZIP)
    return OPEN.get(claim, ZIP)


def _refuse_crowd(file: IO[bytes]) -> None:
    """Refuse an archive whose mere list of files would fill the memory."""
    file.seek(0)
    listed = sum(piece.count(b"PK\x01\x02") for piece in iter(lambda: file.read(PIECE), b""))
    if listed > MOST_PACKED:
        raise FileRefused(f"It holds more than {MOST_PACKED:,} files.")


def _claim(archive: zipfile.ZipFile) -> str:
    with archive.open("mimetype") as member:
        return member.read(100).decode("ascii", "replace").strip()


def _text(file: IO[bytes], head: bytes) -> Sort:
    """Text has no control characters; a page or drawing that could carry a script is refused."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = head[:HEAD].decode("utf-16", "replace").encode()
        if b"\x00" in start:
            raise FileRefused(f"It is none of the files the hub takes: {TAKEN}.")
    else:
        start = head.removeprefix(b"\xef\xbb\xbf")
        _refuse_binary(file)
    if ACTIVE.match(start):
        raise FileRefused("Web pages and SVG drawings may carry scripts: send a PNG or a PDF.")
    return TEXT


def _refuse_binary(file: IO[bytes]) -> None:
    file.seek(0)
    for piece in iter(lambda: file.read(PIECE), b""):
        if len(piece) != len(piece.translate(None, NO_TEXT)):
            raise FileRefused(f"It is none of the files the hub takes: {TAKEN}.")
