"""Attached files in an S3-compatible bucket, on a server that knows just enough of it."""

import os
import subprocess
import sys
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from intake import services
from prodops.settings import BASE_DIR
from tests.factories.files import attachment, png

PAGE = (
    '<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    "<IsTruncated>false</IsTruncated>{}</ListBucketResult>"
)


class Bucket(BaseHTTPRequestHandler):
    """Objects by key: put, get, head, delete, and listing by folder."""

    kept: dict[str, bytes] = {}

    def key(self):
        return unquote(urlsplit(self.path).path).removeprefix("/evidence").lstrip("/")

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            size, _, rest = body.partition(b"\r\n")
            body = rest[: int(size.partition(b";")[0], 16)]
        self.kept[self.key()] = body
        self.answer(200, ETag='"1"')

    def do_GET(self):
        asked = parse_qs(urlsplit(self.path).query)
        if self.key() in self.kept:
            body = self.kept[self.key()]
            self.answer(200, body, ETag='"1"', Last_Modified="Mon, 02 Nov 2026 10:00:00 GMT")
        elif "prefix" in asked or "list-type" in asked:
            self.list_folder(asked.get("prefix", [""])[0])
        else:
            self.answer(404)

    do_HEAD = do_GET

    def do_DELETE(self):
        self.kept.pop(self.key(), None)
        self.answer(204)

    def list_folder(self, prefix):
        rests = sorted(key.removeprefix(prefix) for key in self.kept if key.startswith(prefix))
        folders = sorted({rest.partition("/")[0] for rest in rests if "/" in rest})
        told = [
            f"<Contents><Key>{prefix}{each}</Key></Contents>" for each in rests if "/" not in each
        ]
        told += [
            f"<CommonPrefixes><Prefix>{prefix}{each}/</Prefix></CommonPrefixes>" for each in folders
        ]
        self.answer(200, PAGE.format("".join(told)).encode())

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def bucket(settings):
    Bucket.kept = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    options = {
        "bucket_name": "evidence",
        "endpoint_url": f"http://127.0.0.1:{server.server_port}",
        "region_name": "eu-1",
        "access_key": "someone",
        "secret_key": "something",
        "file_overwrite": False,
        "default_acl": None,
    }
    storage = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    yield Bucket.kept
    server.shutdown()
    server.server_close()


@pytest.mark.django_db
def test_files_go_into_the_bucket_come_out_of_it_and_are_swept(bucket, client, ask, requester, at):
    kept = attachment(ask(), by=requester, at=at, name="error.png", content=png())
    services.keep_files(files=[ContentFile(b"x", "unsent.txt")], by=requester, at=at)
    default_storage.save(f"attachments/{at:%Y/%m/%d}/stray", ContentFile(b"x"))
    assert bucket[kept.file.name] == png()
    assert len(bucket) == 3
    client.force_login(requester)

    response = client.get(kept.get_absolute_url())

    assert b"".join(response.streaming_content) == png()
    assert services.sweep_files(at=at + timedelta(days=2)) == 2
    assert list(bucket) == [kept.file.name]


def test_the_environment_names_the_bucket():
    code = "from prodops.environment import FILE_STORAGE; print(FILE_STORAGE)"
    environment = {"FILES_BUCKET": "evidence", "FILES_REGION": "eu-1", "ENV_FILE": os.devnull}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "S3Storage" in done.stdout
    assert "'bucket_name': 'evidence', 'region_name': 'eu-1'" in done.stdout
    assert "access_key" not in done.stdout
