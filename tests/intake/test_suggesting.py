"""The hub learns how people sort, says how sure it is and why, and leaves the choice to them."""

import numpy as np
import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from intake import services
from intake.models import LearnedModel, TakenSuggestion
from intake.models.learned import Weights, words_of
from intake.services.learning import Example, fit, history, measure
from tests.factories.intake import CategoryFactory
from tests.factories.learning import sorted_requests, training
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
PAIRS = list(zip("abcd" * 9, "xyz" * 12, strict=True))
ABOUT = (
    "Invoice with the wrong VAT",
    "Login with a new passkey",
    "Print VAT and an old number",
    "Passkey lost on the way",
)


@pytest.fixture
def categories(db):
    return CategoryFactory(name="Billing"), CategoryFactory(name="Sign-in")


def test_it_learns_from_history_and_suggests_with_the_words_that_spoke_for_it(
    ask, triager, categories, at
):
    sorted_requests(ABOUT, number=80, by=triager, category=categories)

    learned = services.learn(at=at)
    suggestions = services.suggest(ask("Invoice with the wrong VAT"))

    assert {each.target for each in learned} == {"category"}, "One owner only is no choice."
    assert [(each.name, each.learned.target) for each in suggestions] == [("Billing", "category")]
    assert "invoice" in suggestions[0].words
    found = LearnedModel.objects.get()
    assert (found.examples, found.classes, found.held_out) == (80, 2, 12)
    assert found.accuracy == 1.0
    assert found.baseline == pytest.approx(0.5, abs=0.1)


def test_learning_the_same_history_again_changes_nothing(triager, categories, at):
    sorted_requests(ABOUT, number=60, by=triager, category=categories)
    assert len(services.learn(at=at)) == 1
    assert services.learn(at=at) == []
    assert LearnedModel.objects.count() == 1


def test_too_little_history_is_silent(triager, categories, at):
    sorted_requests(ABOUT, number=20, by=triager, category=categories)
    assert services.learn(at=at) == []


def test_only_what_people_decided_is_history(ask, triager, categories, at):
    billing, _ = categories
    made = ask("Sorted by a rule")
    made.category = billing
    made.save()
    sorted_requests(["Sorted by a person"], number=1, by=triager, category=[billing])
    assert [each.title for each in history("category")] == ["Sorted by a person 0"]


def test_it_is_silent_below_its_threshold_and_without_one(ask, categories):
    billing, other = categories
    training(words={"invoice": billing.pk, "login": other.pk}, threshold=0.9)
    assert services.suggest(ask("invoice login")) == []
    assert len(services.suggest(ask("The invoice"))) == 1
    training(words={"invoice": billing.pk, "login": other.pk}, threshold=None, number=2)
    assert services.suggest(ask("The invoice")) == []


def test_it_says_nothing_of_words_it_does_not_know(ask, categories):
    billing, other = categories
    training(words={"invoice": billing.pk, "login": other.pk}, threshold=0.1)
    assert services.suggest(ask("Something else")) == []


def test_what_is_set_already_and_who_has_left_is_not_suggested(ask, triager, categories):
    billing, other = categories
    gone = UserFactory(role="contributor", is_active=False)
    training(words={"invoice": billing.pk, "login": other.pk})
    training(words={"invoice": gone.pk, "login": triager.pk}, target="owner")
    made = ask("The invoice")
    assert [each.learned.target for each in services.suggest(made)] == ["category"]
    made.category = other
    made.save()
    assert services.suggest(made) == []


def test_a_person_takes_a_suggestion_with_one_press_and_that_is_counted(
    ask, triager, client, categories
):
    billing, other = categories
    learned = training(words={"invoice": billing.pk, "login": other.pk})
    made = ask("The invoice")
    cockpit = client.get(reverse("intake:triage-request", args=[made.pk])).content.decode()
    assert 'data-key="u"' in cockpit
    assert "<mark>invoice</mark>" in cockpit

    client.post(reverse("intake:suggestion", args=[made.pk]), {"category": billing.pk})

    made.refresh_from_db()
    assert made.category == billing
    taken = TakenSuggestion.objects.get()
    assert (taken.learned, taken.by, taken.product_request) == (learned, triager, made)
    page = client.get(reverse("intake:suggestions")).content.decode()
    assert "Right when it speaks" in page


def test_taking_another_value_than_was_suggested_is_not_counted(ask, triager, categories, at):
    billing, other = categories
    training(words={"invoice": billing.pk, "login": other.pk})
    made = ask("The invoice")
    services.take_suggestions(product_request=made, by=triager, at=at, category=other)
    assert not TakenSuggestion.objects.exists()


def test_weights_are_plain_arrays_and_come_back_as_they_were():
    examples = [Example(ABOUT[n % 4], "", n % 2) for n in range(32)]
    weights = fit(examples)
    again = Weights.from_bytes(weights.to_bytes())
    assert again.vocabulary == weights.vocabulary
    assert again.labels == weights.labels
    assert np.allclose(again.coefficients, weights.coefficients, atol=1e-5)
    one, two = (each.guess(ABOUT[0], "") for each in (weights, again))
    assert (one.label, one.words) == (two.label, two.words)
    assert one.probability == pytest.approx(two.probability, abs=1e-5)


def test_what_it_weighs_is_what_scikit_learn_learnt():
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    texts = [f"{one} {two} {n % 5}th" for n, (one, two) in enumerate(PAIRS)]
    texts = [text.replace("a ", "invoice ").replace("b ", "login ") for text in texts]
    labels = [n % 3 for n in range(len(texts))]
    weights = fit([Example(text, text, label) for text, label in zip(texts, labels, strict=True)])
    vectors = TfidfVectorizer(analyzer=lambda text: words_of(text, text), sublinear_tf=True)
    model = LogisticRegression(C=10, max_iter=300).fit(vectors.fit_transform(texts), labels)
    expected = model.predict_proba(vectors.transform(texts)).max(axis=1)
    assert np.allclose([weights.guess(text, text).probability for text in texts], expected)


def test_the_measure_never_sees_what_it_is_measured_on():
    old = [Example("invoice vat" if n % 2 else "login passkey", "", n % 2) for n in range(85)]
    new = [Example("quite new words", "", 1) for _ in range(15)]
    measured = measure([*old, *new])
    assert measured.held_out == 15
    assert measured.accuracy in (0.0, 1.0)
    assert measured.spoken == 0.0


def test_a_training_is_never_rewritten(categories):
    billing, other = categories
    training(words={"invoice": billing.pk, "login": other.pk})
    with pytest.raises(DatabaseError), transaction.atomic():
        LearnedModel.objects.update(accuracy=1.0)
