"""Nothing is merged into spam, whoever asks: not the page, not a file, not the database."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from intake import services
from intake.models import ProductRequest
from tests.factories.intake import RequestKindFactory, product_request
from tests.factories.people import UserFactory
from tests.intake.imports.conftest import AT, Steps, problems, table

pytestmark = pytest.mark.django_db
HEAD = ["External id", "Title", "Type", "Created", "State", "Merged into", "Spam"]


@pytest.fixture
def spam():
    made = product_request()
    by = UserFactory(role="ops")
    services.close(product_request=made, reason="Spam", is_spam=True, by=by, at=timezone.now())
    return made


def test_the_database_refuses_it(spam):
    child = product_request()
    with pytest.raises(DatabaseError, match="not merged into spam"), transaction.atomic():
        ProductRequest.objects.filter(pk=child.pk).update(merged_into=spam)


def test_what_was_merged_before_its_target_became_spam_can_still_be_saved(triager):
    child, root = product_request(), product_request()
    services.merge(child=child, parent=root, by=triager, at=timezone.now())
    root.refresh_from_db()
    services.close(product_request=root, reason="x", is_spam=True, by=triager, at=timezone.now())
    child.refresh_from_db()
    child.title = "Changed"
    child.save()
    assert services.unmerge(child=child, by=triager, at=timezone.now()).merged_into is None


def test_a_file_says_so_line_by_line(spam):
    RequestKindFactory(name="Idea")
    steps = Steps(UserFactory(role="admin"))
    ProductRequest.objects.filter(pk=spam.pk).update(external_id="OLD")
    importing = steps.checked(
        table(
            HEAD,
            ["A", "Spam", "Idea", "2026-11-02", "Closed", "", "yes"],
            ["B", "Into spam", "Idea", "2026-11-02", "Merged", "A", ""],
            ["C", "Into old spam", "Idea", "2026-11-02", "Merged", "OLD", ""],
        )
    )
    assert problems(importing) == [
        (3, "Merged into", "It leads to A, which is spam: nothing goes into it."),
        (4, "Merged into", "This request is neither in the file nor here."),
    ]
    assert steps.write(importing, at=AT, is_partial=True).created == 1
