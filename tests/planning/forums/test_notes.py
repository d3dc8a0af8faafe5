"""A note written by several people at once: merged, or both kept and settled."""

from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning.models import AgendaItem, NoteConflict
from planning.services import Refusal, conduct, notes
from tests.factories import forums as factory
from tests.factories.forums import AT
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(live):
    return AgendaItem.objects.select_related("session__forum__thread").get(pk=live.current_item_id)


def write(item, text, base="0", by=None):
    return notes.save_note(item=item, text=text, base=base, by=by or UserFactory(), at=AT)


def test_two_who_add_at_once_both_stand(item):
    first = write(item, "From Mira")
    second = write(item, "From Ola")

    assert first.item.note == second.item.note == "From Mira\nFrom Ola"
    assert (first.base, second.base, second.is_merged) == ("1", "2s", True)
    assert second.conflicts == []


def test_who_was_merged_goes_on_from_what_they_sent(item):
    write(item, "From Mira")
    merged = write(item, "From Ola")

    write(item, "From Ola, who types on", base=merged.base)

    assert item.note == "From Mira\nFrom Ola, who types on"
    assert not NoteConflict.objects.exists()


def test_the_same_line_changed_by_two_is_kept_twice_and_settled(item, owner):
    base = write(item, "We ship in May").base
    write(item, "We ship in June", base=base)
    [conflict] = write(item, "We ship in July", base=base).conflicts

    assert item.note == "We ship in June\nWe ship in July"
    notes.settle_conflict(conflict=conflict, choice="mine", by=owner, at=AT)

    item.refresh_from_db()
    assert item.note == "We ship in July"
    with pytest.raises(Refusal, match="Mira Chen has settled this"):
        notes.settle_conflict(conflict=conflict, choice="theirs", by=owner, at=AT)


def test_lines_that_changed_since_are_not_taken_out(item, owner):
    base = write(item, "May").base
    write(item, "June", base=base)
    saved = write(item, "July", base=base)
    write(item, "July, or so", base=saved.base)

    with pytest.raises(Refusal, match="changed these lines since"):
        notes.settle_conflict(conflict=saved.conflicts[0], choice="theirs", by=owner, at=AT)

    item.refresh_from_db()
    assert "July, or so" in item.note
    assert "June" in item.note


def test_saving_the_same_again_is_no_new_version(item):
    base = write(item, "Once").base
    write(item, "Once", base=base)

    assert (item.note_version, item.revisions.count()) == (1, 1)


def test_a_beginning_nobody_knows_loses_nothing(item):
    write(item, "There already")
    write(item, "From somewhere", base="77")

    assert item.note.split("\n") == ["There already", "From somewhere"]


def test_a_note_does_not_outgrow_what_its_page_can_hold(client, item):
    client.force_login(UserFactory())
    url = reverse("planning:agenda-note", args=[item.pk])
    longest = "x" * notes.LONGEST
    assert client.post(url, {"note": longest, "base": "0"}).status_code == 302

    for base in ("0", "999999999"):
        answer = client.post(
            url, {"note": "y" * 49_000, "base": base}, headers={"HX-Request": "true"}
        )
        assert "Shorten yours" in answer.text
    item.refresh_from_db()
    assert item.note == longest
    assert client.post(url, {"note": "Short again", "base": "1"}).status_code == 302
    item.refresh_from_db()
    assert item.note == "Short again"


def test_a_closed_session_takes_no_more(item, owner):
    conduct.close_session(session=item.session, by=owner, at=AT + timedelta(days=2))

    with pytest.raises(notes.SessionClosed, match="addendum"):
        write(item, "Too late")


class Writer:
    """Somebody with the page open: types into their field, saves, is shown what there is."""

    def __init__(self, number, user):
        self.mark, self.user, self.text, self.base, self.typed = f"w{number}", user, "", "0", []

    def type(self, where):
        lines = self.text.split("\n") if self.text else []
        word = f"{self.mark}-{len(self.typed)}"
        self.typed.append(word)
        where = min(where, len(lines))
        if where < len(lines) and len(self.typed) % 2:
            lines[where] = f"{lines[where]} {word}"
        else:
            lines.insert(where, word)
        self.text = "\n".join(lines)

    def save(self, item):
        self.base = write(item, self.text, self.base, self.user).base

    def look(self, item):
        """Be shown the note, as somebody who left the field is, with nothing unsaved."""
        self.save(item)
        self.text, self.base = item.note, str(item.note_version)


turns = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["type", "save", "look"]), st.integers(0, 5)),
    max_size=25,
)


@given(turns=turns)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_three_people_type_in_any_order_is_in_the_note(live, turns):
    item = factory.item(live)
    people = [Writer(number, live.forum.owner) for number in range(3)]

    for number, what, where in turns:
        if what == "type":
            people[number].type(where)
        else:
            getattr(people[number], what)(item)
    for writer in people:
        writer.save(item)

    words = item.note.split()
    for writer in people:
        assert set(writer.typed) <= set(words)
