"""Walking through a search that moves, repeats and lies: no change missed, none for ever."""

import random
import re
from datetime import UTC, datetime, timedelta

import pytest

from prodops.integrations.errors import SourceUnavailable
from prodops.integrations.jira.client import QueryRefused
from prodops.integrations.jira.paging import (
    LOOK_BACK,
    Search,
    changed,
    issue_keys,
    issue_pages,
    milliseconds,
    updated_of,
)

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
both_kinds = pytest.mark.parametrize("is_cloud", [True, False])


class Site:
    """A Jira in memory: issues by id with their `updated`; `disturb` is called after each page."""

    def __init__(self, is_cloud, count=40, page=7, every=timedelta(hours=1)):
        self.is_cloud, self.page, self.server_now = is_cloud, page, NOW
        born = NOW - timedelta(days=30)
        self.issues = {str(number): born + number * every for number in range(1, count + 1)}
        self.asked, self.disturb = [], lambda site: None
        self.fresh = {}  # id → what a row shows though the index does not know it yet

    def search(self, jql, *, fields, expand, size, at, reconcile=()):
        self.asked.append((jql, fields, size, at))
        if self.is_cloud and self.refuses(at):
            raise QueryRefused("The token is of no use.")
        since = re.search(r"updated >= (\d+)", jql)
        rows = [
            (updated, jira_id)
            for jira_id, updated in self.issues.items()
            if not since or milliseconds(updated) >= int(since[1])
        ]
        rows.sort(key=lambda row: (row[0], int(row[1])))
        return self.answer(rows, at)

    def answer(self, rows, at):
        if self.is_cloud:
            after = (
                (datetime.fromisoformat(at.split("|")[0]), int(at.split("|")[1])) if at else None
            )
            found = [r for r in rows if after is None or (r[0], int(r[1])) > after][: self.page]
        else:
            found = rows[at or 0 :][: self.page]
        more = bool(found) and found[-1] != rows[-1]
        self.disturb(self)
        shown = [
            {"id": i, "key": f"A-{i}", "fields": {"updated": self.fresh.get(i, at_).isoformat()}}
            for at_, i in found
        ]
        token = {"nextPageToken": f"{found[-1][0].isoformat()}|{found[-1][1]}"} if more else {}
        return {"issues": shown, "total": len(rows), **(token if self.is_cloud else {})}

    def refuses(self, at):
        return False


def walk(site, since=None):
    """Return the latest `updated` shown of each issue, and the marks in order."""
    seen, marks = {}, []
    for read in issue_pages(site, Search(["A"], since, ["updated"])):
        for issue in read.issues:
            at = updated_of(issue)
            seen[issue["id"]] = max(at, seen.get(issue["id"], at))
        marks.append(read.reached)
    return seen, marks


@both_kinds
@pytest.mark.parametrize("seed", range(25))
def test_no_change_is_missed_however_the_rows_move(is_cloud, seed):
    dice, site = random.Random(seed), Site(is_cloud, every=timedelta(minutes=7))
    clock = iter(range(1, 10_000))

    def disturb(site):
        for jira_id in dice.sample(sorted(site.issues), dice.choice([0, 0, 1, 3])):
            if len(site.asked) < 30:
                site.issues[jira_id] = NOW + timedelta(seconds=next(clock))

    site.disturb = disturb
    before = dict(site.issues)
    seen, marks = walk(site)

    assert seen.keys() == before.keys()
    # what was shown in an older form is read again by the next run, which looks back
    assert all(site.issues[i] == seen[i] or site.issues[i] >= NOW for i in seen)
    known = [mark for mark in marks if mark]
    assert known == sorted(known)
    assert not known or known[-1] < NOW - LOOK_BACK


@both_kinds
def test_a_row_fresher_than_the_index_carries_no_mark_away(is_cloud):
    site = Site(is_cloud)
    site.fresh = {"3": NOW - timedelta(seconds=5)}
    reads = issue_pages(site, Search(["A"], None, ["updated"]))
    assert next(reads).reached == site.issues["7"]


def test_rows_of_one_moment_are_all_met_where_only_offsets_are_left():
    site = Site(False, count=60, every=timedelta())
    assert walk(site)[0].keys() == site.issues.keys()


def test_an_offset_that_skips_a_row_is_noticed():
    site = Site(False, count=60, every=timedelta())
    moved = []

    def disturb(site):
        if len(site.asked) == 3:
            moved.append("2")
            site.issues["2"] = NOW

    site.disturb = disturb
    assert walk(site)[0].keys() == site.issues.keys()
    assert moved
    assert [at for *_, at in site.asked].count(0) + [at for *_, at in site.asked].count(None) > 1


def test_a_refused_or_repeated_token_begins_again_where_it_was():
    site = Site(True)
    refusals = iter([False, False, True, False, True, False])
    site.refuses = lambda at: bool(at) and next(refusals, False)
    assert walk(site)[0].keys() == site.issues.keys()


def test_a_token_that_never_moves_on_ends_in_an_error():
    site = Site(True, every=timedelta())
    site.refuses = bool
    with pytest.raises(SourceUnavailable, match="do not move on"):
        walk(site)


def test_a_circle_of_tokens_is_left():
    site = Site(True)
    answer = site.answer
    site.answer = lambda rows, at: answer(rows, None) | {"nextPageToken": "same|1"}
    with pytest.raises(SourceUnavailable):
        walk(site)
    assert len(site.asked) < 40


def test_an_empty_page_with_a_token_is_not_the_end_and_is_last_is_not_asked():
    site = Site(True)
    answer, empty = site.answer, iter([True])

    def odd(rows, at):
        token = at or f"{datetime(1990, 1, 1, tzinfo=UTC).isoformat()}|0"
        if next(empty, False):
            return {"issues": [], "isLast": True, "nextPageToken": token}
        return answer(rows, at) | {"isLast": True}

    site.answer = odd
    assert walk(site)[0].keys() == site.issues.keys()


def test_an_issue_that_cannot_be_reconciled_stops_no_search():
    site = Site(True)
    search = site.search

    def strict(jql, *, reconcile=(), **options):
        if "404" in reconcile:
            raise QueryRefused("No such issue.")
        return search(jql, **options)

    site.search = strict
    reads = issue_pages(site, Search(["A"], None, ["updated"], ["1", "404"]))
    assert {issue["id"] for read in reads for issue in read.issues} == site.issues.keys()


@both_kinds
def test_fields_are_always_named_and_pages_may_be_smaller_than_asked(is_cloud):
    site = Site(is_cloud, page=3)
    walk(site)
    assert all(fields == ["updated"] and size >= 100 for _, fields, size, _ in site.asked)


def test_no_time_zone_and_no_end_is_in_the_query():
    at = datetime(2026, 11, 2, 9, 30, 15, 123999, tzinfo=UTC)
    assert changed(["CORE", 'S"ET'], at) == (
        'project in ("CORE", "SET") AND updated >= 1793611815123 ORDER BY updated ASC, id ASC'
    )
    assert "updated >=" in changed([], None)


@both_kinds
def test_the_count_meets_every_key_though_its_way_is_lost(is_cloud):
    site = Site(is_cloud)
    refusals = iter([False, True, False])
    site.refuses = lambda at: bool(at) and next(refusals, False)
    met = {pair for page in issue_keys(site, "A") for pair in page}
    assert met == {(jira_id, f"A-{jira_id}") for jira_id in site.issues}


@both_kinds
def test_an_empty_page_that_promises_more_is_asked_for_again(is_cloud):
    site = Site(is_cloud)
    answer = site.answer

    def odd(rows, at):
        if len(site.asked) != 3:
            return answer(rows, at)
        more = {"nextPageToken": f"{at}"} if is_cloud else {}
        return {"issues": [], "total": len(rows), **more}

    site.answer = odd
    assert walk(site)[0].keys() == site.issues.keys()


def test_an_index_that_counts_what_is_gone_ends_where_its_rows_end():
    site = Site(False, count=20)
    answer = site.answer
    site.answer = lambda rows, at: answer(rows, at) | {"total": len(rows) + 2}
    assert walk(site)[0].keys() == site.issues.keys()
    met = {pair for page in issue_keys(site, "A") for pair in page}
    assert len(met) == 20
    assert len(site.asked) < 40
