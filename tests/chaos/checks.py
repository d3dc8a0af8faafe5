"""The numbered checks, each in two sizes: that of its bar, and one small enough for a test."""

import time
from collections.abc import Iterable

from tests.chaos import changes, jobs, limits, outages, pages, poison
from tests.chaos.site import Site

CHECKS = {
    2: (jobs.pool_children, {"kills": 50}, {"kills": 4}),
    3: (
        poison.poison,
        {"others": 2400, "seconds": 240.0, "most": 1.1, "grace": 0.05},
        {"others": 100, "seconds": 10.0, "most": 2.0, "grace": 30.0},
    ),
    4: (jobs.beats, {"ticks": 60, "readers_count": 200}, {"ticks": 2, "readers_count": 6}),
    6: (jobs.fencing, {"seconds": 60.0}, {"seconds": 6.0}),
    7: (
        outages.broker,
        {"kills": 20, "flushes": 5, "stops": 5, "seconds": 30.0},
        {"kills": 1, "flushes": 1, "stops": 1, "seconds": 8.0},
    ),
    8: (outages.forms, {"count": 1000, "seconds": 120.0}, {"count": 30, "seconds": 0.0}),
    9: (jobs.crashes, {"count": 200}, {"count": 5}),
    13: (limits.too_many, {"issues": 3000}, {"issues": 60}),
    14: (pages.spoiled, {"stride": 1, "issues": 60}, {"stride": 5, "issues": 40}),
    16: (changes.zones, {"rounds": 125}, {"rounds": 6}),
    17: (changes.gone, {"issues": 5000}, {"issues": 200}),
    18: (jobs.two_workers, {"seconds": 60.0}, {"seconds": 6.0}),
    19: (jobs.refused, {"nth": 6}, {"nth": 6}),
    20: (outages.postgres, {"restarts": 10, "clients": 8}, {"restarts": 1, "clients": 8}),
    21: (outages.crowd, {"clients": 100, "seconds": 10.0}, {"clients": 100, "seconds": 0.5}),
}


def play(site: Site, wanted: Iterable[int], *, is_small: bool) -> list[int]:
    """Do the checks, print a line for each, and return the numbers of those that failed."""
    failed = []
    for number in wanted:
        check, full, small = CHECKS[number]
        began = time.monotonic()
        try:
            shown = check(site, **(small if is_small else full))  # type: ignore[operator]
        except Exception as error:
            shown, failed = f"{type(error).__name__}: {error}"[:1500], [*failed, number]
        finally:
            site.rest()
        how = "BROKEN" if number in failed else "kept"
        print(f"check {number}: {how} in {time.monotonic() - began:.0f} s; {shown}", flush=True)
    return failed
