"""Merging what several people write at once: whatever anybody typed is in the end."""

from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning.services import line_edits, merging
from planning.services.merging import merge

lines = st.lists(st.sampled_from("abcd"), max_size=6)
# How much may be compared: hardly anything, so that other ways are gone, or all there is.
work = st.sampled_from([0, 8, 60, line_edits.MOST_WORK])


@pytest.fixture(autouse=True)
def whole(monkeypatch):
    """Put back what an example sets."""
    monkeypatch.setattr(line_edits, "MOST_WORK", line_edits.MOST_WORK)
    monkeypatch.setattr(merging, "MOST_CONFLICTS", merging.MOST_CONFLICTS)


def edited(mark):
    """Make lists of changes: (what, where); what is added carries the writer's mark."""
    what = st.sampled_from(["add", "change", "take"])
    return st.lists(st.tuples(what, st.integers(0, 6), st.just(mark)), max_size=4)


def apply(base, changes):
    made = list(base)
    for number, (what, where, mark) in enumerate(changes):
        where = min(where, len(made))
        if what == "add":
            made.insert(where, f"{mark}{number}")
        elif where < len(made):
            made[where : where + 1] = [f"{mark}{number}"] if what == "change" else []
    return made


@given(base=lines, mine=edited("m"), theirs=edited("t"), work=work, most=st.sampled_from([0, 50]))
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_line_anybody_wrote_is_in_the_result(base, mine, theirs, work, most):
    line_edits.MOST_WORK, merging.MOST_CONFLICTS = work, most
    of_mine, of_theirs = apply(base, mine), apply(base, theirs)

    made = merge(base="\n".join(base), mine="\n".join(of_mine), theirs="\n".join(of_theirs))

    left = made.text.split("\n")
    for line in [*of_mine, *of_theirs]:
        assert line in base or line in left


@given(base=lines, mine=edited("m"))
def test_who_writes_alone_gets_exactly_that(base, mine):
    old, new = "\n".join(base), "\n".join(apply(base, mine))

    assert merge(base=old, mine=new, theirs=old).text == new
    assert merge(base=old, mine=old, theirs=new).text == new
    assert merge(base=old, mine=new, theirs=new).conflicts == []


@given(base=lines, mine=edited("m"), theirs=edited("t"), work=work, most=st.sampled_from([0, 50]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_conflict_stands_in_the_text_one_version_below_the_other(base, mine, theirs, work, most):
    line_edits.MOST_WORK, merging.MOST_CONFLICTS = work, most
    made = merge(
        base="\n".join(base),
        mine="\n".join(apply(base, mine)),
        theirs="\n".join(apply(base, theirs)),
    )

    for conflict in made.conflicts:
        assert f"{conflict.theirs}\n{conflict.mine}" in made.text


@given(old=st.lists(st.sampled_from("abcdefgh"), max_size=12), work=work, data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_changes_of_a_text_make_the_other(old, work, data):
    line_edits.MOST_WORK = work
    new = data.draw(st.one_of(st.permutations(old), st.lists(st.sampled_from("abcdxyz"))))
    made, done = [], 0
    for begins, ends, put in line_edits.edits(old, new):
        assert done <= begins <= ends
        made += [*old[done:begins], *put]
        done = ends

    assert made + old[done:] == new


def numbered(mark="", every=1):
    return "\n".join(f"{at:x}{'' if at % every else mark}" for at in range(9_000))


@pytest.mark.parametrize(
    ("base", "mine", "theirs"),
    [
        ("a\n" * 24_999, "b\n" + "a\n" * 24_999, "a\n" * 24_999 + "c\n"),
        ("a\nb\n" * 12_000, "b\nb\na\n" * 8_000, "a\na\nb\n" * 8_000),
        (numbered(), numbered("m"), numbered("t")),
        (numbered(), numbered("m", every=2), numbered("t", every=3)),
        (numbered("o", every=2), numbered(), "\n".join(reversed(numbered().split("\n")))),
        ("", "a\n" * 25_000, "a\nb\n" * 12_000),
    ],
)
def test_the_longest_notes_are_merged_in_a_moment(base, mine, theirs):
    began = process_time()
    made = merge(base=base, mine=mine, theirs=theirs)

    assert process_time() - began < 3
    assert set(f"{mine}\n{theirs}".split("\n")) - set(base.split("\n")) <= set(
        made.text.split("\n")
    )
    assert len(made.conflicts) <= merging.MOST_CONFLICTS


def test_of_a_long_note_only_what_changed_is_settled():
    base = numbered()
    made = merge(base=base, mine=base.replace("\n7b\n", "\nmine\n"), theirs=f"top\n{base}\nend")

    assert made.conflicts == []
    assert made.text == f"top\n{base}\nend".replace("\n7b\n", "\nmine\n")


def test_different_lines_are_both_changed():
    made = merge(base="one\ntwo\nthree", mine="ONE\ntwo\nthree", theirs="one\ntwo\nTHREE")

    assert (made.text, made.conflicts) == ("ONE\ntwo\nTHREE", [])


def test_what_two_add_at_the_end_is_no_conflict():
    made = merge(base="one", mine="one\nmine", theirs="one\ntheirs")

    assert (made.text, made.conflicts) == ("one\ntheirs\nmine", [])


def test_a_line_that_goes_on_while_another_is_added_below_is_no_conflict():
    made = merge(base="Hel", mine="Hello", theirs="Hel\nFoo")

    assert (made.text, made.conflicts) == ("Hello\nFoo", [])


def test_the_same_line_changed_twice_is_a_conflict_and_both_stay():
    made = merge(base="one\ntwo", mine="mine\ntwo", theirs="theirs\ntwo")

    assert made.text == "theirs\nmine\ntwo"
    assert [(each.theirs, each.mine) for each in made.conflicts] == [("theirs", "mine")]


def test_a_line_one_takes_out_and_another_changes_stays():
    assert merge(base="one\ntwo", mine="two", theirs="ONE\ntwo").text == "ONE\ntwo"


def test_the_line_ends_of_browsers_are_no_change():
    assert merge(base="a\nb", mine="a\r\nb", theirs="a\nB").text == "a\nB"
