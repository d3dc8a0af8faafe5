"""Merging what several people write at once: whatever anybody typed is in the end."""

from hypothesis import given, settings
from hypothesis import strategies as st

from planning.services.merging import merge

lines = st.lists(st.sampled_from("abcd"), max_size=6)


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


@given(base=lines, mine=edited("m"), theirs=edited("t"))
@settings(max_examples=400)
def test_every_line_anybody_wrote_is_in_the_result(base, mine, theirs):
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


@given(base=lines, mine=edited("m"), theirs=edited("t"))
def test_a_conflict_stands_in_the_text_one_version_below_the_other(base, mine, theirs):
    made = merge(
        base="\n".join(base),
        mine="\n".join(apply(base, mine)),
        theirs="\n".join(apply(base, theirs)),
    )

    for conflict in made.conflicts:
        assert f"{conflict.theirs}\n{conflict.mine}" in made.text


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
