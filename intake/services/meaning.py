"""Requests that mean the same in other words, by a local embedding model; off unless one is named.

EMBEDDING_MODEL is a folder with a model2vec or sentence-transformers model. Its vectors live in
pgvector, in a table made when a model is first used: its width is the model's, and a hub without a
model needs neither the extension nor the packages. Nothing is ever downloaded.
"""

import logging
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.utils import DatabaseError

NEAREST, AT_ONCE = 40, 256
CHARACTERS = 2000
EXISTS = "SELECT obj_description(to_regclass('intake_requestmeaning'))"
MAKE = """
    CREATE EXTENSION IF NOT EXISTS vector;
    DROP TABLE IF EXISTS intake_requestmeaning;
    CREATE TABLE intake_requestmeaning (
        product_request_id bigint PRIMARY KEY REFERENCES intake_productrequest ON DELETE CASCADE,
        made_of text NOT NULL,
        vector vector({width}) NOT NULL
    );
    CREATE INDEX request_meaning_nearest ON intake_requestmeaning
        USING hnsw (vector vector_cosine_ops);
"""
MISSING = """
    SELECT request.id, left(request.title || '. ' || request.body, %s), md5(title || '. ' || body)
    FROM intake_productrequest AS request
    LEFT JOIN intake_requestmeaning AS known ON known.product_request_id = request.id
    WHERE known.made_of IS DISTINCT FROM md5(title || '. ' || body) AND NOT request.is_spam
    ORDER BY request.id DESC LIMIT %s
"""
KEEP = """
    INSERT INTO intake_requestmeaning (product_request_id, vector, made_of)
    SELECT * FROM unnest(%s::bigint[], %s::vector[], %s::text[])
    ON CONFLICT (product_request_id) DO UPDATE
        SET vector = EXCLUDED.vector, made_of = EXCLUDED.made_of
"""
NEAR = """
    SELECT product_request_id FROM intake_requestmeaning
    ORDER BY vector <=> %(here)s::vector LIMIT %(most)s
"""
HOW_NEAR = """
    SELECT product_request_id, 1 - (vector <=> %(here)s::vector) FROM intake_requestmeaning
    WHERE product_request_id = ANY(%(keys)s)
"""
logger = logging.getLogger(__name__)


def is_on() -> bool:
    return bool(settings.EMBEDDING_MODEL)


def nearest(text: str) -> list[int]:
    """Return the keys of the requests nearest in meaning, the nearest first; none without a model.

    Whatever fails here leaves the search by words as it is, with a line in the log.
    """
    return [key for (key,) in _found(NEAR, text, most=NEAREST)]


def how_near(text: str, keys: Sequence[int]) -> dict[int, float]:
    """Return how near, 0–1, each of these requests is to the text; if learnt."""
    return {key: max(0.0, near) for key, near in _found(HOW_NEAR, text, keys=list(keys))}


def _found(sql: str, text: str, **values: int | list[Any]) -> list[Any]:
    if not is_on() or not text.strip():
        return []
    try:
        here = _vector(text[:CHARACTERS], settings.EMBEDDING_MODEL)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, {"here": here, **values})
            return cursor.fetchall()
    except (DatabaseError, ImportError, OSError, ValueError) as error:
        logger.warning("Nothing is found by meaning: %s", error)
        return []


@lru_cache(maxsize=16)
def _vector(text: str, model: str) -> str:
    """Return the vector of one text by this model; a search asks for it twice."""
    return _vectors([text])[0]


@transaction.atomic
def learn(*, most: int = 5000) -> int:
    """Give requests that are new or changed their vectors; return how many, at most `most`.

    Where no model is named any more, the vectors of the last one are thrown away.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('intake.meaning'))")
        if not is_on():
            cursor.execute("DROP TABLE IF EXISTS intake_requestmeaning")
            return 0
        cursor.execute(EXISTS)
        if cursor.fetchone() != (settings.EMBEDDING_MODEL,):
            _make(cursor)
        cursor.execute(MISSING, [CHARACTERS, most])
        rows = cursor.fetchall()
        for first in range(0, len(rows), AT_ONCE):
            keys, texts, digests = zip(*rows[first : first + AT_ONCE], strict=True)
            cursor.execute(KEEP, [list(keys), _vectors(list(texts)), list(digests)])
    return len(rows)


def _make(cursor: Any) -> None:
    """Make the table anew, as wide as the model's vectors; its comment names the model."""
    width = len(_model()(["width"])[0])
    cursor.execute(MAKE.format(width=width))
    cursor.execute("COMMENT ON TABLE intake_requestmeaning IS %s", [settings.EMBEDDING_MODEL])


def _vectors(texts: list[str]) -> list[str]:
    """Return each text's vector as pgvector writes it."""
    return [f"[{','.join(f'{part:.6g}' for part in vector)}]" for vector in _model()(texts)]


@lru_cache(maxsize=1)
def _model() -> Any:
    """Return what turns texts into vectors. Raises ImportError and OSError with what is missing."""
    folder = Path(settings.EMBEDDING_MODEL)
    if not folder.is_dir():
        raise OSError(f"EMBEDDING_MODEL {folder} is not a folder.")
    parts = folder / "modules.json"
    if not parts.is_file() or "StaticEmbedding" in parts.read_text(encoding="utf-8"):
        return import_module("model2vec").StaticModel.from_pretrained(str(folder)).encode
    library = import_module("sentence_transformers")
    return library.SentenceTransformer(str(folder), local_files_only=True).encode
