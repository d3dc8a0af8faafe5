"""All workers of a connection share one allowance of requests."""

import pytest
from django.core.cache import cache

from prodops.integrations.jira.pace import WITHOUT_CACHE, Pace


class Clock:
    def __init__(self):
        self.at = 1_000.25

    def __call__(self):
        return self.at


@pytest.fixture
def clock():
    cache.clear()
    return Clock()


def test_two_workers_share_what_a_second_allows(clock):
    one, other = Pace(1, 3, now=clock), Pace(1, 3, now=clock)
    stranger = Pace(2, 3, now=clock)
    assert [one.wait(), other.wait(), one.wait()] == [0, 0, 0]
    assert other.wait() == pytest.approx(0.75)
    assert stranger.wait() == 0
    clock.at += 1
    assert other.wait() == 0


def test_who_is_told_to_wait_tells_all(clock):
    one, other = Pace(1, 50, now=clock), Pace(1, 50, now=clock)
    one.hold(30)
    assert one.wait() == other.wait() == pytest.approx(30)
    clock.at += 30.01
    assert one.wait() == other.wait() == 0


def test_without_the_cache_a_process_counts_alone(clock, monkeypatch):
    def away(*arguments, **options):
        raise ConnectionError

    for name in ("get", "add", "incr", "set"):
        monkeypatch.setattr(cache, name, away)
    pace = Pace(1, 2, now=clock)
    assert [pace.wait(), pace.wait()] == [0, 0]
    assert pace.wait() > 0
    pace.hold(5)
    assert pace.wait() == pytest.approx(5)
    monkeypatch.undo()
    clock.at += WITHOUT_CACHE + 1
    assert pace.wait() == 0
    assert cache.get(f"jira-pace:1:{int(clock.at)}") == 1
