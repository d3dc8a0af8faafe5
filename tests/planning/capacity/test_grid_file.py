"""The file of the grid: written out, checked, read back; whatever is no file is refused."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from planning.models import Allocation
from tests.factories.people import TeamFactory


def test_the_file_that_is_exported_changes_nothing_when_it_comes_back(
    client, quarter, plan, mine, give
):
    give(quarter, plan["Alpha"], mine, "4.5")
    give(quarter, plan["Beta"], mine, 0)
    out = client.get(reverse("planning:capacity", args=[quarter.pk], query={"format": "csv"}))
    text = b"".join(out).decode()
    assert text == f"Initiative,Title,Team,Weeks\r\nINI-{plan['Alpha'].pk},Alpha,Checkout,4.5\r\n"

    page = send_file(client, quarter, text).content.decode()

    assert "Nothing would change." in page


def test_a_file_is_checked_then_written(client, quarter, plan, mine, give):
    give(quarter, plan["Alpha"], mine, 4)
    keys = {title: each.key for title, each in plan.items()}
    text = (
        "Initiative;Team;Weeks\n"
        f"{keys['Alpha']};checkout;6,5\n"
        f"{keys['Beta']};Checkout;2\n"
        "INI-999999;Checkout;2\n"
        f"{keys['Gamma']};Chekout;2\n"
        f"{keys['Beta']};Checkout;3\n"
        f"{keys['Gamma']};Checkout;lots\n"
    )

    response = send_file(client, quarter, text)

    page = response.content.decode()
    for words in (
        "Line 4: “INI-999999” is no initiative of this plan.",
        "Line 5: No team is called “Chekout”.",
        "Line 6: Line 3 says it already.",
        "Line 7: Write weeks as a number",
        "Change 2 cells",
    ):
        assert words in page
    assert Allocation.objects.get().weeks == 4

    packed = response.context["form"].packed()
    give(quarter, plan["Gamma"], mine, 1)
    Allocation.objects.filter(initiative=plan["Alpha"]).update(weeks=9)
    url = reverse("planning:capacity-file-changes", args=[quarter.pk])
    after = client.post(url, {"changes": packed}, follow=True).content.decode()

    assert "1 cells saved. 1 changed since the check and stayed" in after
    weeks = dict(Allocation.objects.values_list("initiative__title", "weeks"))
    assert weeks == {"Alpha": 9, "Beta": 2, "Gamma": 1}


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_a_file_of_any_system_is_read(client, quarter, plan, mine, end):
    lines = ["Initiative;Team;Weeks;Title", f'{plan["Alpha"].key};Checkout;2;"A, {end}B"', ""]

    page = send_file(client, quarter, end.join(lines)).content.decode()

    assert "Change 1 cell" in page


@pytest.mark.parametrize(
    "changes",
    [
        *("", "[", "{}", "[[1]]", '[[1, 2, "x", "y"]]', "[[[], 1, 1, 2]]"),
        *('[[1e400, 1, "0", "1"]]', '[[1e20, 1, "0", "1"]]', '[[NaN, 1, "0", "1"]]'),
        *("[" * 100_000, f'[[{"9" * 5000}, 1, "0", "1"]]', '[["²", 1, "0", "1"]]'),
        *('[[-1, 1, "0", "1"]]', '[[1, 1, "0", "1e999999999"]]', '[[1, true, "0", "1"]]'),
        *('[[999999999999999999, 1, "0", "1"]]', '[[1, 1, "\\u0000", "1"]]', "\x00"),
    ],
)
def test_changes_that_are_none_write_nothing(client, quarter, mine, changes):
    url = reverse("planning:capacity-file-changes", args=[quarter.pk])

    assert client.post(url, {"changes": changes}).status_code == 302
    assert not Allocation.objects.exists()


def send_changes(client, quarter, changes):
    url = reverse("planning:capacity-file-changes", args=[quarter.pk])
    return client.post(url, {"changes": json.dumps(changes)}, follow=True).content.decode()


def test_changes_that_name_a_cell_twice_or_are_too_many_write_nothing(
    client, quarter, plan, mine, monkeypatch
):
    alpha, beta = ([plan[name].pk, mine.pk, "0", "1"] for name in ("Alpha", "Beta"))
    again = [*alpha[:2], "1", "2"]

    assert "Check the file again" in send_changes(client, quarter, [alpha, again])
    monkeypatch.setattr("planning.forms.allocations.MOST_LINES", 1)
    assert "Check the file again" in send_changes(client, quarter, [alpha, beta])
    assert not Allocation.objects.exists()


def test_twenty_cells_are_written_in_as_many_statements_as_two(client, quarter, plan, mine, give):
    def statements(teams):
        """Change a cell of each team, half of them there before; return how many wrote."""
        for team in teams[::2]:
            give(quarter, plan["Alpha"], team, 1)
        cells = [
            [plan["Alpha"].pk, team.pk, "0" if place % 2 else "1", "2"]
            for place, team in enumerate(teams)
        ]
        with CaptureQueriesContext(connection) as asked:
            assert f"{len(teams)} cells saved" in send_changes(client, quarter, cells)
        assert Allocation.objects.filter(team__in=teams, weeks=2).count() == len(teams)
        writes = ('INSERT INTO "planning_allocation"', 'UPDATE "planning_allocation"')
        return sum(each["sql"].startswith(writes) for each in asked)

    assert statements(TeamFactory.create_batch(2)) == statements(TeamFactory.create_batch(20)) == 2


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"Title,Weeks\n", b"\xff\xfe\x00", b"Initiative,Team\n", b"\r\r"),
        b"Initiative,Team,Weeks\n" + b"x" * 131_073,
    ],
)
def test_a_file_that_is_none_is_refused(client, quarter, mine, content):
    url = reverse("planning:capacity-file", args=[quarter.pk])

    response = client.post(url, {"file": SimpleUploadedFile("a.csv", content)})

    assert response.status_code == 422


@pytest.mark.parametrize("key", ["9" * 5000, "²", "٣", "1e400"])
def test_a_key_that_is_none_is_no_initiative(client, quarter, mine, key):
    page = send_file(client, quarter, f"Initiative,Team,Weeks\nINI-{key},Checkout,2\n")

    assert "is no initiative of this plan." in page.content.decode()


def send_file(client, cycle, text):
    url = reverse("planning:capacity-file", args=[cycle.pk])
    return client.post(url, {"file": SimpleUploadedFile("weeks.csv", text.encode())})
