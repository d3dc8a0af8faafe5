"""An import taken back: what nobody touched goes, what somebody touched is theirs to choose."""

import threading
from datetime import timedelta

import pytest
from django.db import close_old_connections
from django.urls import reverse

from intake import services
from intake.models import (
    Account,
    Backing,
    Category,
    Import,
    Imported,
    ProductRequest,
    RequestKind,
    SearchText,
)
from intake.services import Refusal
from intake.services.imports import undoing
from planning import services as planning
from prodops.audit.models import Change, Event, Thread
from prodops.audit.services import comment
from prodops.notifications.models import Channel, Kind, Mail, Preference
from prodops.people.models import User
from tests.factories import mail, themes
from tests.factories.intake import (
    AccountFactory,
    CategoryFactory,
    RequestKindFactory,
    product_request,
)
from tests.factories.people import UserFactory
from tests.intake.imports.conftest import AT, Steps, table

HEAD = [
    "External id",
    "Title",
    "Type",
    "Author email",
    "Customer",
    "Category",
    "State",
    "Merged into",
]
LATER = AT + timedelta(hours=2)


def rows(count, **changes):
    made = [
        [f"X-{n}", f"Wish {n}", "Idea", f"p{n}@example.com", f"Account {n}", "", "", ""]
        for n in range(1, count + 1)
    ]
    for number, values in changes.items():
        made[int(number[1:]) - 1] = values
    return table(HEAD, *made)


def counts():
    models = (
        ProductRequest,
        Thread,
        Event,
        Backing,
        SearchText,
        Account,
        User,
        Category,
        RequestKind,
    )
    return {model.__name__: model.objects.count() for model in models}


def test_what_nobody_touched_goes_as_if_it_had_never_been(steps, idea):
    AccountFactory(name="Account 1")
    product_request(title="Here before", author=UserFactory(email="p2@example.com"), at=AT)
    before = counts()
    merged = ["X-5", "Child", "Idea", "p1@example.com", "", "", "Merged", "X-1"]
    importing = steps.imported(rows(5, n5=merged), mapping={"words": {"category": {"fax": "+"}}})
    assert counts()["ProductRequest"] == before["ProductRequest"] + 5

    importing = steps.undo(importing)

    assert counts() == before
    assert (importing.state, importing.kept, importing.undone_by) == ("undone", 0, steps.by)
    assert not Imported.objects.exists()
    gone = Change.objects.filter(table="intake_productrequest", operation="DELETE")
    assert gone.count() == 5
    assert set(gone.values_list("actor", flat=True)) == {steps.by.pk}


def test_an_import_that_was_taken_back_can_be_imported_again(steps, idea):
    steps.undo(steps.imported(rows(3)))

    assert steps.imported(rows(3)).created == 3


def test_what_somebody_touched_is_shown_and_stays(steps, idea):
    importing = steps.imported(rows(6))
    by_id = {each.external_id: each for each in ProductRequest.objects.all()}
    person = UserFactory(name="Mira Chen")
    told = {"by": person, "at": LATER}
    services.classify(product_request=by_id["X-1"], category=CategoryFactory(), **told)
    comment(thread=by_id["X-2"].thread, body="Look at this.", is_public=False, **told)
    services.back(product_request=by_id["X-3"], person=person, **told)
    services.merge(child=by_id["X-4"], parent=product_request(at=AT), **told)

    preview = undoing.preview_undo(importing=importing)

    assert (preview.free, preview.changed_count, preview.held_count) == (2, 4, 0)
    assert [each.external_id for each in preview.changed] == ["X-1", "X-2", "X-3", "X-4"]
    assert (preview.changed[0].act_by, preview.changed[2].act_words) == ("Mira Chen", "backed this")
    importing = steps.undo(importing, chosen=[by_id["X-2"].pk, by_id["X-4"].pk])

    left = ProductRequest.objects.exclude(external_id="").values_list("external_id", flat=True)
    assert sorted(left) == ["X-1", "X-3"]
    assert (importing.state, importing.kept) == ("undone", 2)
    assert Account.objects.filter(name__in=["Account 1", "Account 3"]).count() == 2
    assert not Account.objects.filter(name="Account 5").exists()


def test_what_stayed_can_go_later(steps, idea):
    importing = steps.imported(rows(2))
    touched = ProductRequest.objects.get(external_id="X-1")
    services.start_triage(product_request=touched, by=UserFactory(), at=LATER)
    importing = steps.undo(importing)

    importing = steps.undo(importing, chosen=[touched.pk])

    assert (importing.kept, ProductRequest.objects.count()) == (0, 0)


def test_what_a_plan_stands_on_cannot_go_even_if_chosen(steps, idea):
    category = CategoryFactory(name="Billing")
    accepted = ["X-1", "Wish", "Idea", "p1@example.com", "", category.name, "Accepted", ""]
    importing = steps.imported(rows(2, n1=accepted))
    adopted = ProductRequest.objects.get(external_id="X-1")
    initiative = planning.create_initiative(title="Plan", owner=steps.by, by=steps.by, at=LATER)
    planning.adopt(product_request=adopted, initiative=initiative, kind=None, by=steps.by, at=LATER)

    assert undoing.preview_undo(importing=importing).held_count == 1
    steps.undo(importing, chosen=[adopted.pk])

    assert list(ProductRequest.objects.all()) == [adopted]


def test_what_the_hub_did_by_itself_counts_as_nobodys(steps, idea):
    importing = steps.imported(rows(2))
    Preference.objects.create(user=steps.by, kind=Kind.TRIAGE, channel=Channel.INSTANT)
    made = list(ProductRequest.objects.order_by("pk"))
    services.tell_breaches(at=made[0].answer_due_at + timedelta(days=1))
    assert Mail.objects.filter(thread=made[0].thread).exists()
    themes.cluster(*made, at=LATER)

    assert undoing.preview_undo(importing=importing).free == 2
    assert steps.undo(importing).kept == 0


def test_what_somebody_answered_by_mail_goes_if_chosen(steps, idea):
    importing = steps.imported(rows(1))
    made = ProductRequest.objects.get()
    letter = mail.inbound(mail.wire("x"), thread=made.thread, state="reply", settled_at=LATER)

    preview = undoing.preview_undo(importing=importing)
    assert (preview.changed_count, preview.held_count) == (1, 0)
    importing = steps.undo(importing, chosen=[made.pk])

    letter.refresh_from_db()
    assert (importing.kept, letter.thread) == (0, None)


def test_a_tick_that_holds_no_longer_takes_nothing_back(steps, idea, client):
    importing = steps.imported(rows(2))
    untouched = ProductRequest.objects.earliest("pk")
    address = reverse("intake:import-undoing", args=[importing.pk])

    answer = client.post(address, {"chosen": [untouched.pk]}, follow=True)

    assert "cannot go any more" in answer.content.decode()
    importing.refresh_from_db()
    assert importing.state == "done"


def test_a_file_whose_way_back_failed_can_be_checked_again(steps, idea, monkeypatch):
    importing = steps.imported(rows(2))
    with monkeypatch.context() as broken:
        broken.setattr(undoing, "_take_batch", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            steps.undo(importing)
    importing.refresh_from_db()
    assert (importing.state, importing.undone_by) == ("failed", steps.by)

    again = steps.check(importing)

    assert (again.state, again.known, again.undone_by) == ("checked", 2, None)


def test_a_request_others_were_merged_into_stays_with_them(steps, idea):
    importing = steps.imported(rows(1))
    parent = ProductRequest.objects.get()
    child = product_request(at=AT)
    services.merge(child=child, parent=parent, by=UserFactory(), at=LATER)

    importing = steps.undo(importing, chosen=[parent.pk])

    assert importing.kept == 1
    child.refresh_from_db()
    assert child.merged_into == parent


def test_names_that_something_else_uses_stay(steps, idea):
    importing = steps.imported(rows(2))
    used = Account.objects.get(name="Account 1")
    product_request(account=used, at=AT)
    changed = Account.objects.get(name="Account 2")
    User.objects.filter(email="p1@example.com").update(last_login=LATER)

    steps.undo(importing)

    assert list(Account.objects.all()) == [used]
    assert changed not in Account.objects.all()
    assert User.objects.filter(email="p1@example.com").exists()
    assert not User.objects.filter(email="p2@example.com").exists()


def test_undoing_twice_is_refused_with_who_did_it(steps, idea):
    importing = steps.imported(rows(1))
    undoing.start_undo(importing=importing, chosen=[], by=steps.by, at=AT)

    with pytest.raises(Refusal, match="Olga Ops takes this import back already"):
        undoing.start_undo(importing=importing, chosen=[], by=UserFactory(), at=AT)
    steps.work(importing)
    with pytest.raises(Refusal, match="Olga Ops took this import back already"):
        undoing.start_undo(importing=importing, chosen=[], by=UserFactory(), at=AT)


def test_a_worker_that_dies_while_taking_back_is_followed_by_another(steps, idea, monkeypatch):
    monkeypatch.setattr(undoing, "AT_ONCE", 2)
    importing = steps.imported(rows(5))
    taken, take = [], undoing._take_batch

    def die(*args):
        if len(taken) == 1:
            raise SystemExit
        taken.append(take(*args))

    monkeypatch.setattr(undoing, "_take_batch", die)
    with pytest.raises(SystemExit):
        steps.undo(importing)
    monkeypatch.setattr(undoing, "_take_batch", take)
    assert ProductRequest.objects.count() == 3

    importing = steps.work(importing, AT + timedelta(minutes=11))

    assert (importing.state, ProductRequest.objects.count()) == ("undone", 0)


def test_history_outside_an_undo_still_cannot_be_deleted(steps, idea):
    steps.imported(rows(1))

    with pytest.raises(Exception, match="Cannot update or delete"):
        Event.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_two_people_who_take_it_back_at_once_leave_one_truth(client):
    RequestKindFactory()
    first, second = UserFactory(role="ops"), UserFactory(role="ops")
    importing = Steps(first).imported(rows(4))
    answers, start = [], threading.Barrier(2)

    def take(person):
        start.wait()
        try:
            undoing.start_undo(importing=importing, chosen=[], by=person, at=LATER)
            answers.append(person)
        except Refusal as refusal:
            answers.append(str(refusal))
        close_old_connections()

    threads = [threading.Thread(target=take, args=[each]) for each in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    winners = [each for each in answers if isinstance(each, User)]
    assert len(winners) == 1
    assert f"{winners[0]} takes this import back already." in answers
    Steps(first).work(importing)
    assert Import.objects.get().undone_by == winners[0]
    assert not ProductRequest.objects.exists()
