"""What becomes of a request is told in Slack to who asked there and has no account in the hub."""

import pytest
from django.urls import reverse
from django.utils import timezone

from intake import services
from intake.models import ProductRequest, SlackAsker
from prodops.integrations.slack import outbox
from prodops.integrations.slack.models import Note
from prodops.notifications.models import Notification
from tests.factories.intake import CategoryFactory, product_request
from tests.factories.people import UserFactory
from tests.factories.slack import call, command, submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(northwind, sam):
    """The stand-in of everybody whom the hub does not know."""
    user = UserFactory(name="Front Desk")
    northwind.unknown_people, northwind.stand_in = "stand_in", user
    northwind.save()
    return user


@pytest.fixture
def mira(db):
    return UserFactory(name="Mira Chen")


@pytest.fixture
def asked(work, client, slack, northwind, desk):
    """Return a function that files a request in Slack for somebody without an account."""

    def file(text="Export all invoices", person="U2"):
        slack.people.setdefault(person, {"real_name": f"Eve {person}"})
        call(client, northwind, command(slack, text, user_id=person))
        work()
        slack.told.clear()
        return ProductRequest.objects.latest("pk")

    return file


def send():
    """Do what the workers would do."""
    for note in Note.objects.filter(state="queued").order_by("pk"):
        outbox.deliver(note_id=note.pk, at=timezone.now())


def told(by):
    return {"by": by, "at": timezone.now()}


def accept(made, by):
    ProductRequest.objects.filter(pk=made.pk).update(category=CategoryFactory())
    services.accept(product_request=made, **told(by))


def test_who_has_no_account_is_told_so_when_they_ask(work, client, slack, northwind, desk):
    slack.people["U2"] = {"real_name": "Eve Stranger"}
    call(client, northwind, command(slack, user_id="U2"))
    work()

    asker = SlackAsker.objects.get()
    assert (asker.user_id, asker.name, asker.workspace) == ("U2", "Eve Stranger", northwind)
    assert asker.product_request.author == desk
    assert "in a message like this one" in slack.told[0]


def test_the_answer_reaches_who_asked_and_the_stand_in(asked, slack, desk, mira):
    made = asked()

    services.decline(product_request=made, reason="We do <b>not</b> & never.", **told(mira))
    send()

    assert slack.told_to == ["U2"]
    assert slack.told == [
        f"*{made.key} was declined: Export all invoices*\nWe do &lt;b&gt;not&lt;/b&gt; &amp; never."
    ]
    assert Note.objects.get().state == "sent"
    assert Notification.objects.filter(recipient=desk, title__contains="was declined").exists()


def test_each_step_is_told_once(asked, slack, mira):
    made = asked()
    accept(made, mira)
    services.mark_planned(product_request=made, reason="In Q1.", **told(mira))
    services.mark_shipped(product_request=made, summary="It is out.", path="/", **told(mira))
    services.mark_shipped(product_request=made, summary="It is out.", path="/", **told(mira))
    send()
    send()

    heads = [text.partition("\n")[0] for text in slack.told]
    assert heads == [
        f"*{made.key} was accepted: Export all invoices*",
        f"*{made.key} is planned: Export all invoices*",
        "*Shipped: Export all invoices*",
    ]


def test_a_question_says_where_to_answer(asked, slack, mira):
    services.ask_requester(product_request=asked(), question="Which year?", **told(mira))
    send()

    assert "Mira Chen asks about" in slack.told[0]
    assert (
        "Which year?\n\nYou have no account in the hub: write the answer to Mira Chen"
        in (slack.told[0])
    )


def test_what_was_merged_goes_on_being_told(asked, slack, mira):
    made, parent = asked(), product_request(title="Exports of all kinds")
    services.merge(child=made, parent=parent, **told(mira))
    accept(parent, mira)
    services.unmerge(child=made, **told(mira))
    services.mark_planned(product_request=parent, reason="In Q1.", **told(mira))
    send()

    heads = [text.partition("\n")[0] for text in slack.told]
    assert heads == [
        f"*{made.key} was merged into {parent.key}: Exports of all kinds*",
        f"*{parent.key} was accepted: Exports of all kinds*",
        f"*{made.key} stands on its own again: Export all invoices*",
    ]


def test_who_asked_for_both_hears_once(asked, slack, mira):
    first, second, other = asked("One"), asked("Two"), asked("Three", person="U3")
    services.merge(child=second, parent=first, **told(mira))
    services.merge(child=other, parent=first, **told(mira))
    Note.objects.all().delete()

    accept(first, mira)
    send()

    assert sorted(slack.told_to) == ["U2", "U3"]


def test_who_has_an_account_hears_nothing_in_slack(work, client, slack, northwind, sam, mira):
    call(client, northwind, command(slack))
    work()
    made = ProductRequest.objects.get()

    accept(made, mira)

    assert not SlackAsker.objects.exists()
    assert not Note.objects.exists()
    assert Notification.objects.filter(recipient=sam, title__contains="was accepted").exists()


def test_the_form_over_a_message_remembers_who_sent_it(work, client, slack, northwind, desk):
    slack.people["U1"] = {"real_name": "Eve Stranger"}
    call(client, northwind, submission(slack))
    work()

    assert SlackAsker.objects.get().user_id == "U1"
    assert ProductRequest.objects.get().body.endswith("Asked in Slack by Eve Stranger.")


def test_words_of_people_wake_nobody_and_are_not_too_long(asked, slack, mira):
    made = asked("<!channel> *all*")
    services.decline(product_request=made, reason="<!here> " + "x" * 9_000, **told(mira))
    send()

    assert "<!" not in slack.told[0]
    assert slack.told[0].endswith("x …")
    assert len(slack.told[0]) < 3_000


def test_the_page_of_the_workspace_shows_what_was_told(asked, client, northwind, mira):
    accept(asked("Tax & fees"), mira)
    client.force_login(UserFactory(role="ops"))

    page = client.get(reverse("slack:workspace", args=[northwind.pk])).content.decode()

    assert "was accepted: Tax &amp; fees" in page
    assert "Queued" in page
