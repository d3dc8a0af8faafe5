"""Clocks against a second opinion that walks every minute (tests/intake/clock_oracle.py)."""

from datetime import time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.models import KindPromise, ProductRequest, RequestKind
from intake.services import clocks
from prodops.people.models import Team
from tests.intake.clock_oracle import AUTUMN, SHIFTS, SPRING, Walk

MINUTE = timedelta(minutes=1)
PROMISES = {
    ("idea", ""): (4, 24),
    ("idea", "P0"): (1, 6),
    ("idea", "P3"): (9, 30),
    ("problem", ""): (2, 12),
    ("problem", "P0"): (1, 2),
    ("problem", "P3"): (2, 12),
}
ACTS = ["wait", "go on", "sort", "hand over", "priority", "kind", "merge", "part", "decide", "open"]

steps = st.lists(
    st.tuples(
        st.integers(1, 4 * 24 * 60),
        st.sampled_from(ACTS),
        st.integers(0, len(SHIFTS) - 1),
        st.sampled_from(["", "P0", "P3"]),
    ),
    min_size=5,
    max_size=9,
)


def team_of(shift):
    return Team(
        pk=SHIFTS.index(shift) + 1,
        time_zone=shift.zone,
        working_days=list(shift.days),
        day_starts_at=time(shift.opens),
        day_ends_at=time(shift.closes),
        holiday_calendar=shift.region,
    )


def kind_of(slug):
    """Make a kind with its promises by priority, without a database."""
    acknowledge, answer = PROMISES[slug, ""]
    kind = RequestKind(pk=1, slug=slug, acknowledge_hours=acknowledge, answer_hours=answer)
    promises = [
        KindPromise(kind=kind, priority=priority, acknowledge_hours=hours[0], answer_hours=hours[1])
        for (name, priority), hours in PROMISES.items()
        if name == slug and priority
    ]
    kind._prefetched_objects_cache = {"promises": promises}
    return kind


def minutes(request):
    acknowledge, answer = PROMISES[request.kind.slug, request.priority]
    return {"acknowledge": acknowledge * 60, "answer": answer * 60}


class History:
    """One request in the hub and in the second opinion, and the same acts done to both."""

    def __init__(self, first, minute, shift):
        at = first + minute * MINUTE
        self.hub = ProductRequest(submitted_at=at, kind=kind_of("idea"), team=team_of(shift))
        clocks.start_clocks(self.hub)
        self.walk = Walk(first, minute, shift, minutes(self.hub))
        self.state, self.merged_at = "open", None

    def act(self, minute, name, shift, priority):
        """Let time pass, then do one act where it is possible; say whether it was."""
        at, hub, walk = self.walk.first + minute * MINUTE, self.hub, self.walk
        before = self.state
        possible = {
            "open": {"wait", "sort", "hand over", "priority", "kind", "merge", "decide"},
            "waiting": {"go on", "sort", "hand over", "priority", "kind", "decide"},
            "merged": {"part"},
            "decided": {"open"},
        }
        walk.on(minute)
        if name not in possible[before]:
            return False
        if before in {"open", "waiting"}:
            clocks.count(hub, at)
        getattr(self, name.replace(" ", "_"))(at, shift, priority)
        if self.state in {"open", "waiting"}:
            clocks.set_due(hub)
        return True

    def wait(self, at, *_):
        self.state, self.hub.paused_since, self.walk.is_still = "waiting", at, True

    def go_on(self, *_):
        self.state, self.hub.paused_since, self.walk.is_still = "open", None, False

    def sort(self, at, *_):
        if not self.hub.triaged_at:
            self.hub.triaged_at = at
            self.walk.meet("acknowledge")

    def hand_over(self, at, shift, _):
        self.hub.team = team_of(shift)
        self.walk.shift = shift

    def priority(self, at, _, priority):
        self.hub.priority = priority
        self._promise()

    def kind(self, *_):
        self.hub.kind = kind_of("problem" if self.hub.kind.slug == "idea" else "idea")
        self._promise()

    def _promise(self):
        clocks.set_promise(self.hub)
        self.walk.promise(minutes(self.hub))

    def merge(self, at, *_):
        self.state, self.merged_at, self.walk.is_still = "merged", at, True

    def part(self, at, *_):
        self.state, self.walk.is_still = "open", False
        clocks.skip(self.hub, self.merged_at, at)

    def decide(self, at, *_):
        self.sort(at)
        self.state, self.hub.paused_since, self.walk.is_still = "decided", None, True

    def open(self, at, *_):
        self.state = "open"
        clocks.restart(self.hub, at)
        self.walk.anew(minutes(self.hub))

    def agrees(self):
        """Compare both due moments, and return how many that were."""
        for phase in ("acknowledge", "answer"):
            wanted, found = self.walk.ends(phase), getattr(self.hub, f"{phase}_due_at")
            assert abs(found - wanted) < timedelta(seconds=1), (phase, self.state, found, wanted)
        ran = self.walk.ran * MINUTE
        if self.state in {"open", "waiting"}:
            assert abs(self.hub.clock_ran - ran) < timedelta(seconds=1)
        return 2


def test_whatever_happens_the_clocks_agree_with_every_minute():
    compared = []

    @settings(max_examples=1_400, deadline=None, derandomize=True)
    @given(
        first=st.sampled_from([SPRING, AUTUMN]),
        minute=st.integers(0, 20 * 24 * 60),
        shift=st.sampled_from(SHIFTS),
        steps=steps,
    )
    def live_through(first, minute, shift, steps):
        history = History(first, minute, shift)
        compared.append(history.agrees())
        for wait, name, number, priority in steps:
            minute += wait
            if history.act(minute, name, SHIFTS[number], priority):
                compared.append(history.agrees())

    live_through()
    assert sum(compared) >= 10_000, "So many due moments ought to be compared."
