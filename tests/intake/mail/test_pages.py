"""What product ops see of mail."""

import pytest
from django.urls import reverse

from intake.models import MailPolicy
from prodops.integrations.mailbox.models import InboundMail
from tests.factories.files import png
from tests.factories.intake import RequestKindFactory
from tests.factories.mail import inbound
from tests.factories.people import UserFactory
from tests.intake.mail.letters import AT, take_in, with_file

pytestmark = pytest.mark.django_db
State = InboundMail.State


def test_the_pages_of_mail(client, sam):
    raw = with_file("error.png", png(), "<script>alert(1)</script>", Subject="<b>Export</b>")
    kept = take_in(raw)
    client.force_login(UserFactory(role="ops"))

    listed = client.get(reverse("intake:mails")).content.decode()
    page = client.get(reverse("intake:mail", args=[kept.pk])).content.decode()

    assert "&lt;b&gt;Export&lt;/b&gt;" in listed
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "error.png" in page


def test_a_mail_nobody_can_read_has_a_page_too(client, monkeypatch):
    kept = inbound(b"\xff\xfe\x00", state=State.ASIDE, reason="It cannot be read.", settled_at=AT)
    client.force_login(UserFactory(role="ops"))

    assert client.get(reverse("intake:mail", args=[kept.pk])).status_code == 200
    client.post(reverse("intake:mail-dismissal", args=[kept.pk]))
    kept.refresh_from_db()
    assert kept.state == State.IGNORED


def test_the_policy_is_kept(client, box):
    client.force_login(UserFactory(role="ops"))
    kind = RequestKindFactory()

    client.post(
        reverse("intake:mail-policy", args=[box.pk]), {"kind": kind.pk, "strangers": "hold"}
    )

    policy = MailPolicy.objects.get()
    assert (policy.kind, policy.strangers) == (kind, "hold")
