"""Files as people attach them, made here byte by byte."""

import io
import struct
import zipfile
import zlib

from django.core.files.base import ContentFile

from intake import services


def png(width=2, height=2, color=b"\x40\x80\xc0"):
    """Return a picture of one colour."""
    rows = b"".join(b"\0" + color * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def packed(compression=zipfile.ZIP_STORED, **members):
    """Return a zip archive; a member's name is written with __ for / and _dot_ for a dot."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return content.getvalue()


def office(folder, **more):
    """Return the skeleton of an Office document: word, xl or ppt."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/document.xml", "<document/>")
        for name, text in more.items():
            archive.writestr(f"{folder}/{name}.bin", text)
    return content.getvalue()


def attachment(product_request, *, by, at, name="notes.txt", content=b"Some notes", **options):
    """Attach one file to a request."""
    options.setdefault("is_public", True)
    kept = services.keep_files(files=[ContentFile(content, name=name)], by=by, at=at)
    return services.attach(
        product_request=product_request, attachments=kept, by=by, at=at, **options
    )[0]
