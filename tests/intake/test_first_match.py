"""Random rules on random requests choose what a plain reading of the rules chooses."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.models import RoutingCondition
from intake.models.facts import FITTING, WITHOUT_WANTED, Sort
from intake.services.routing import first_fitting

WORDS = ("export", "Invoice", "bulk", "csv", "über")
FIELDS = {
    "kind": Sort.CHOICE,
    "tier": Sort.NAMES,
    "text": Sort.WORDS,
    "arr": Sort.NUMBER,
    "answer:1": Sort.DATE,
}
DAYS = [(date(2026, 1, 1) + timedelta(days=n)).isoformat() for n in range(4)]
WANTED = {
    Sort.CHOICE: st.lists(st.sampled_from(["idea", "problem"]), min_size=1, max_size=2),
    Sort.NAMES: st.lists(st.sampled_from(["gold", "Platinum"]), min_size=1, max_size=2),
    Sort.WORDS: st.lists(
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join),
        min_size=1,
        max_size=2,
    ),
    Sort.NUMBER: st.sampled_from(["0", "1000", "99.5"]).map(lambda each: [each]),
    Sort.DATE: st.sampled_from(DAYS).map(lambda each: [each]),
}


class PlainRule:
    """What `fits` needs of a rule, without a database."""

    def __init__(self, conditions):
        self.plain = conditions

    def fits(self, facts):
        return all(RoutingCondition(**each).holds(facts) for each in self.plain)


@st.composite
def conditions(draw):
    field = draw(st.sampled_from(sorted(FIELDS)))
    operator = draw(st.sampled_from(FITTING[FIELDS[field]]))
    wanted = [] if operator in WITHOUT_WANTED else draw(WANTED[FIELDS[field]])
    return {"field": field, "operator": operator, "wanted": wanted}


requests = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["idea", "problem", "question"]),
        "tier": st.sampled_from([None, "", "Gold", "platinum", "Silver"]),
        "text": st.lists(
            st.tuples(st.sampled_from([*WORDS, "exports", "x"]), st.sampled_from([" ", "\n", ", "]))
        ).map(lambda parts: "".join(word.upper() + gap for word, gap in parts)),
        "arr": st.sampled_from([None, Decimal("0"), Decimal("99.5"), Decimal("1000.01")]),
        "answer:1": st.sampled_from([None, *DAYS]),
    }
)


def oracle(rules, request):
    """Read the rules as a person would, one condition at a time."""
    for number, asked in enumerate(rules):
        if all(answer(request[each["field"]], each) for each in asked):
            return number
    return None


def answer(value, asked):
    operator, wanted = str(asked["operator"]), asked["wanted"]
    missing = value in (None, "")
    if operator in ("empty", "filled"):
        return missing == (operator == "empty")
    if operator in ("is_not", "lacks"):
        opposite = {"is_not": "is", "lacks": "has"}[operator]
        return missing or not answer(value, {"operator": opposite, "wanted": wanted})
    if missing:
        return False
    if operator == "is":
        return value.lower() in [each.lower() for each in wanted]
    if operator == "has":
        spoken = [word.strip(",").lower() for word in value.replace(",", " , ").split()]
        return any(stands_in(phrase.lower().split(), spoken) for phrase in wanted)
    if asked["field"] == "arr":
        is_large = float(value) >= float(wanted[0])
    else:
        is_large = date.fromisoformat(value) >= date.fromisoformat(wanted[0])
    return is_large == (operator == "at_least")


def stands_in(phrase, spoken):
    return any(spoken[n : n + len(phrase)] == phrase for n in range(len(spoken)))


@settings(max_examples=400, deadline=None)
@given(st.lists(st.lists(conditions(), max_size=3), max_size=5), requests)
def test_the_first_rule_that_fits_is_the_one_a_plain_reading_finds(described, request):
    rules = [PlainRule(each) for each in described]
    found = first_fitting(rules, request)
    assert (None if found is None else rules.index(found)) == oracle(described, request)
