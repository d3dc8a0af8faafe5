"""Holding a session through the front door: notes, items, decisions, actions, closing, minutes."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from planning.models import Action, AgendaItem, Attendance, Decision, Minutes
from planning.services import conduct, minutes, notes
from prodops.notifications import subscriptions
from prodops.notifications.models import Mail
from tests.factories import forums as factory
from tests.factories import planning
from tests.factories.forums import AT
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
WHY = "It is the cheapest of the three and it works everywhere."


def at(name, record):
    return reverse(f"planning:{name}", args=[record.pk])


def current(session):
    session.refresh_from_db()
    return session.current_item


def test_a_session_begins_with_its_first_item(client, forum):
    session = factory.session(forum)
    factory.item(session, "One")

    answer = client.post(at("session-start", session))

    assert answer["Location"] == at("live", session)
    assert "One" in client.get(at("live", session)).text
    assert current(session).title == "One"


def test_a_session_of_another_day_begins_only_when_somebody_says_so(client, forum, time_machine):
    session = factory.session(forum)
    time_machine.move_to(session.starts_at - timedelta(days=3), tick=False)

    asked = client.post(at("session-start", session))

    session.refresh_from_db()
    assert session.is_planned
    assert "in 3 days" in asked.text
    client.post(at("session-start", session), {"is_sure": "on"})
    session.refresh_from_db()
    assert session.is_live


def test_the_close_asks_who_was_there_where_nobody_wrote_it_down(client, live, member):
    conduct.be_here(session=live, user=member, at=live.began_at)
    page = client.get(at("session-close", live)).text
    assert "Nobody wrote it down yet" in page
    assert re.findall(r'value="(\d+)" checked', page) == [str(member.pk)]

    client.post(at("session-close", live), {"attendance": "asked", "there": member.pk})

    text = Minutes.objects.get(session=live).text
    assert f"**Present:** {member.name}." in text
    assert "**Absent:**" in text


def test_the_close_asks_nothing_where_it_was_written_down(client, live, member):
    client.post(at("session-attendance", live), {"there": member.pk})

    assert "Nobody wrote it down yet" not in client.get(at("session-close", live)).text


def test_a_session_without_an_agenda_has_one_item_to_write_on(live):
    assert current(live).title == "Any other business"


def test_next_and_previous_and_the_time_each_took(client, live, time_machine):
    factory.item(live, "Two")
    start = live.current_since
    time_machine.move_to(start + timedelta(minutes=7), tick=False)
    client.post(at("session-step", live), {"to": "next"})
    first = live.items.earliest("position")

    assert (current(live).title, first.spent_seconds) == ("Two", 420)
    time_machine.move_to(start + timedelta(minutes=9), tick=False)
    assert "3:00 left" in client.get(at("live", live)).text
    time_machine.move_to(start + timedelta(minutes=13), tick=False)
    assert "1:00 over" in client.get(at("live", live)).text
    client.post(at("session-step", live), {"to": "previous"})
    assert current(live) == first


def test_a_note_is_saved_with_and_without_a_script(client, live):
    item = current(live)
    answer = client.post(at("agenda-note", item), {"note": "One", "base": "0"})
    assert answer["Location"].startswith(at("live", live))

    answer = client.post(at("agenda-note", item), {"note": "Two", "base": "0"}, headers=HTMX)
    assert f'id="base-{item.pk}" value="2s"' in answer.text
    item.refresh_from_db()
    assert item.note == "One\nTwo"


def test_a_poll_brings_what_others_did(client, live, member):
    item = current(live)
    notes.save_note(item=item, text="From Ola", base="0", by=member, at=AT)
    conduct.be_here(session=live, user=member, at=AT + timedelta(days=400))

    answer = client.get(at("live", live), {"poll": "1"}, headers=HTMX)

    assert "From Ola" in answer.text
    assert answer.text.count("hx-swap-oob") == 3
    assert "<html" not in answer.text


def test_two_versions_are_shown_and_settled_on_the_page(client, live, member):
    item = current(live)
    base = notes.save_note(item=item, text="May", base="0", by=member, at=AT).base
    for text in ("June", "July"):
        notes.save_note(item=item, text=text, base=base, by=member, at=AT)
    assert "Two people changed the same lines" in client.get(at("live", live)).text

    client.post(at("note-conflict", item.conflicts.get()), {"choice": "theirs"})

    item.refresh_from_db()
    assert item.note == "June"
    assert "Two people" not in client.get(at("live", live)).text


def test_a_decision_is_taken_in_place(client, live, owner):
    item = current(live)
    sent = {"title": "Which vendor?", "text": "The first.", "rationale": WHY}
    client.post(at("agenda-decision", item), sent)

    decision = Decision.objects.get()
    assert (decision.state, decision.decider) == ("decided", owner)
    assert "Which vendor?" in client.get(at("live", live)).text


def test_a_stub_of_the_agenda_is_decided_and_not_opened_again(client, owner, member):
    forum = factory.forum(by=owner, sources=["decisions"])
    stub = planning.decision(title="Which vendor?")
    session = factory.session(forum, state="live")
    page = client.get(at("live", session)).text
    assert f"Take {stub.key}" in page

    sent = {"title": "x", "text": "The first.", "rationale": WHY, "decision": stub.pk}
    client.post(at("agenda-decision", current(session)), sent)

    assert Decision.objects.get().state == "decided"


def test_a_short_reason_is_asked_for_again(client, live):
    sent = {"title": "Which?", "text": "This.", "rationale": "Because."}
    answer = client.post(at("agenda-decision", current(live)), sent)

    assert answer.status_code == 422
    assert not Decision.objects.exists()


def test_an_action_is_promised_in_place(client, live, member):
    sent = {"text": "Call them", "owner": member.pk, "due_on": "2026-11-20"}
    client.post(at("agenda-action", current(live)), sent)

    action = Action.objects.get()
    assert (action.session, action.owner, action.item) == (live, member, current(live))


def test_who_is_there_is_written_down(client, live, owner, member):
    client.post(at("session-attendance", live), {"there": [member.pk]})
    client.post(at("session-attendance", live), {"there": [owner.pk, member.pk]})

    assert set(Attendance.objects.filter(was_there=True).values_list("user", flat=True)) == {
        owner.pk,
        member.pk,
    }


def closed(client, session, member):
    """Hold a session with a note, a decision and an action, and close it."""
    item = current(session)
    note = "Sales asked **twice**.\n- Rates\n- Ports"
    client.post(at("agenda-note", item), {"note": note, "base": "0"})
    sent = {"title": "Which vendor?", "text": "The first.", "rationale": WHY}
    client.post(at("agenda-decision", item), sent)
    sent = {"text": "Call them", "owner": member.pk, "due_on": "2026-11-20"}
    client.post(at("agenda-action", item), sent)
    client.post(at("session-attendance", session), {"there": [member.pk]})
    return client.post(at("session-close", session))


def test_closing_writes_minutes_and_mails_each_once(
    client, live, owner, member, django_capture_on_commit_callbacks, mailoutbox
):
    factory.item(live, "Never reached")
    guest = UserFactory(name="Gast")
    live.guests.add(guest)
    with django_capture_on_commit_callbacks(execute=True):
        answer = closed(client, live, member)
    assert answer["Location"] == live.get_absolute_url()

    sent = [mail for mail in mailoutbox if mail.subject.startswith("Minutes:")]
    assert sorted(mail.to[0] for mail in sent) == sorted([owner.email, member.email, guest.email])
    body = sent[0].body
    assert "Present: Ola Berg." in body
    assert "Sales asked twice." in body.replace("**", "")
    assert re.search(r"Decision DEC-\d+: Which vendor\?.", body)
    assert "Ola Berg, by 20 Nov 2026." in body
    assert "Never reached: There was no time for it." in body
    assert re.search(r"<h\d[^>]*>1\. Any other business</h", sent[0].alternatives[0][0])

    minutes.mail_minutes(minutes=Minutes.objects.get(), at=AT)
    assert Mail.objects.filter(body__subject__startswith="Minutes").count() == 3


def test_who_turned_forums_off_gets_no_mail(client, live, owner, member):
    subscriptions.turn_off(user=member, kind="forum")
    closed(client, live, member)

    mails = Mail.objects.filter(body__subject__startswith="Minutes")
    assert [mail.to for mail in mails] == [owner.email]


def test_after_the_close_nothing_changes_and_what_was_typed_is_given_back(client, live, member):
    item = current(live)
    closed(client, live, member)

    answer = client.post(at("agenda-note", item), {"note": "Too late, but long", "base": "0"})
    assert answer.status_code == 422
    assert "Too late, but long" in answer.text
    answer = client.post(at("agenda-note", item), {"note": "x", "base": "0"}, headers=HTMX)
    assert "Not saved" in answer.text
    assert "Too late" not in Minutes.objects.get().text
    answer = client.get(at("live", live), {"poll": "1"}, headers=HTMX)
    assert "Read the minutes" in answer.text
    assert client.get(at("live", live))["Location"] == live.get_absolute_url()


def test_minutes_are_corrected_beside_them(client, live, member):
    closed(client, live, member)
    before = Minutes.objects.get().text

    client.post(at("session-addendum", live), {"text": "It was the **second** vendor."})

    page = client.get(live.get_absolute_url()).text
    assert "<strong>second</strong> vendor" in page
    assert Minutes.objects.get().text == before


def test_minutes_are_searched(client, live, member):
    closed(client, live, member)
    archive = reverse("planning:minutes")

    assert "Weekly product" in client.get(archive, {"q": "vendor rates"}).text
    assert "Nothing matches" in client.get(archive, {"q": "elephant"}).text


def test_the_agenda_is_mailed_a_working_day_before_and_once(forum, member, owner):
    session = factory.session(forum)
    factory.item(session, "Where do we meet?", minutes=15)
    early = minutes.preread_moment(session) - timedelta(minutes=1)

    assert minutes.send_prereads(at=early) == 0
    assert minutes.send_prereads(at=early + timedelta(minutes=2)) == 1
    assert minutes.send_prereads(at=early + timedelta(minutes=9)) == 0

    mails = Mail.objects.filter(body__subject__startswith="Agenda")
    assert sorted(mail.to for mail in mails) == sorted([owner.email, member.email])
    assert "1. Where do we meet? (15 min)" in mails[0].body.text


def test_the_agenda_of_a_monday_is_mailed_on_friday(owner):
    session = factory.session(factory.forum(by=owner, weekday=1, at=AT + timedelta(hours=2)))

    assert f"{minutes.preread_moment(session):%A %H}" == "Friday 09"


def test_revisions_are_forgotten_a_month_later(client, live, member):
    item = current(live)
    closed(client, live, member)
    live.refresh_from_db()

    assert minutes.forget_revisions(at=live.closed_at + timedelta(days=29)) == 0
    assert minutes.forget_revisions(at=live.closed_at + timedelta(days=31)) == 1
    assert AgendaItem.objects.get(pk=item.pk).note
