"""Finding by meaning, where a local embedding model is named; without one all is as before."""

import pytest
from django.db import connection

from intake import services
from intake.models import ProductRequest
from intake.services import meaning
from tests.factories.intake import product_request

CONCEPTS = [{"invoice", "invoices", "bill", "bills"}, {"login", "sign-on"}, {"map"}]


def concepts(texts):
    """Stand in for a model: each axis is how many words of one concept a text has."""
    return [
        [float(len(words & each)) + 0.01 for each in CONCEPTS]
        for words in (set(text.lower().split()) for text in texts)
    ]


def has_pgvector():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'")
        return cursor.fetchone()[0] == 1


@pytest.fixture
def model(db, settings, monkeypatch):
    if not has_pgvector():
        pytest.skip("This PostgreSQL has no pgvector.")
    settings.EMBEDDING_MODEL = "a-model"
    monkeypatch.setattr(meaning, "_model", lambda: concepts)


def vectors():
    with connection.cursor() as cursor:
        cursor.execute("SELECT product_request_id, vector::text FROM intake_requestmeaning")
        return dict(cursor.fetchall())


def test_other_words_for_the_same_are_found(model):
    bills = product_request(title="All bills as one file")
    product_request(title="Show every depot on the map")
    services.learn_meaning()

    found = services.similar(title="Bulk export of invoices")

    assert found[0].product_request == bills
    assert "means much the same" in found[0].reasons
    assert found[0].words == ()


def test_only_what_is_new_or_changed_is_learnt(model):
    first = product_request(title="All bills as one file")

    assert services.learn_meaning() == 1
    assert services.learn_meaning() == 0

    ProductRequest.objects.filter(pk=first.pk).update(title="Show the map")
    second = product_request(title="Sign-on")
    assert services.learn_meaning() == 2
    assert vectors().keys() == {first.pk, second.pk}


def test_another_model_begins_anew(model, settings, monkeypatch):
    made = product_request(title="All bills as one file")
    services.learn_meaning()
    settings.EMBEDDING_MODEL = "another"
    monkeypatch.setattr(meaning, "_model", lambda: lambda texts: [[1.0, 0.0]] * len(texts))

    assert services.learn_meaning() == 1
    assert vectors() == {made.pk: "[1,0]"}


def test_without_a_model_its_vectors_are_gone(model, settings):
    product_request(title="All bills as one file")
    services.learn_meaning()
    settings.EMBEDDING_MODEL = ""

    assert services.learn_meaning() == 0
    assert "intake_requestmeaning" not in connection.introspection.table_names()
    assert services.similar(title="Bulk export of invoices") == []


@pytest.mark.parametrize("folder", ["/nowhere", "."])
def test_a_model_that_is_missing_leaves_the_search_by_words(db, settings, folder, caplog):
    product_request(title="Export invoices")
    settings.EMBEDDING_MODEL = folder
    meaning._model.cache_clear()

    assert services.similar(title="Export all invoices")
    assert "Nothing is found by meaning" in caplog.text


def test_before_the_first_learning_the_search_goes_on_by_words(model):
    product_request(title="Export invoices")

    assert services.similar(title="Export all invoices")


def test_a_model2vec_folder_is_read(model, settings, monkeypatch, tmp_path):
    model2vec = pytest.importorskip("model2vec", reason="The package model2vec is not installed.")
    numpy, tokenizers = pytest.importorskip("numpy"), pytest.importorskip("tokenizers")
    monkeypatch.undo()
    words = {"[UNK]": 0, "invoices": 1, "bills": 2, "map": 3}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    axes = numpy.array([[0.1, 0.1], [1, 0], [1, 0.1], [0, 1]], dtype="float32")
    model2vec.StaticModel(axes, tokenizer).save_pretrained(str(tmp_path))
    settings.EMBEDDING_MODEL = str(tmp_path)
    meaning._model.cache_clear()
    bills = product_request(title="bills")
    product_request(title="map")

    assert services.learn_meaning() == 2
    assert [each.product_request for each in services.similar(title="invoices", limit=1)] == [bills]


def test_what_shares_words_is_asked_for_its_meaning_too(model, monkeypatch):
    monkeypatch.setattr(meaning, "NEAREST", 1)
    monkeypatch.setattr(meaning, "_model", lambda: concepts)
    product_request(title="Invoices and bills")
    same = product_request(title="Bills to export")
    other = product_request(title="Map to export")
    services.learn_meaning()

    found = {each.product_request: each for each in services.similar(title="Invoices to export")}

    assert found[same].score > found[other].score
    assert "means much the same" in found[same].reasons
