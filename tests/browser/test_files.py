"""Files are attached in a browser, with scripts and without."""

import pytest
from playwright.sync_api import expect

from intake.models import Attachment, ProductRequest
from tests.factories.files import png
from tests.factories.intake import RequestKindFactory, product_request
from tests.factories.people import UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
GOOD = {"name": "error.png", "mimeType": "image/png", "buffer": png(40, 30)}
PROGRAM = {"name": "tool.png", "mimeType": "image/png", "buffer": b"MZ\x90\x00"}


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_refused_file_loses_nothing_and_the_good_one_arrives(sign_in, has_scripts):
    RequestKindFactory()
    page = sign_in(UserFactory(role="requester"), java_script_enabled=has_scripts)
    page.goto("/intake/new/")
    page.get_by_label("What do you need, in one line?").fill("Page numbers on delivery notes")
    page.get_by_label("Screenshots or files").set_input_files([GOOD, PROGRAM])
    page.get_by_role("button", name="Send request").click()

    expect(page.get_by_text("tool.png was not taken. It is a program.").first).to_be_visible()
    expect(page.get_by_label("error.png")).to_be_checked()
    page.get_by_role("button", name="Send request").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Page numbers on delivery notes")
    picture = page.get_by_role("link", name="error.png")
    expect(picture).to_be_visible()
    assert Attachment.objects.get().product_request == ProductRequest.objects.get()


def test_a_file_is_removed_and_put_back_by_undo(sign_in):
    triager = UserFactory(role="contributor")
    made = product_request(title="Export")
    page = sign_in(triager)
    page.goto(f"/intake/requests/{made.pk}/")
    page.get_by_text("Attach files").click()
    page.get_by_label("Screenshots or files").set_input_files([GOOD])
    page.get_by_role("button", name="Attach", exact=True).click()
    expect(page.get_by_text("Internal", exact=True).first).to_be_visible()

    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("link", name="error.png")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("link", name="error.png")).to_be_visible()
