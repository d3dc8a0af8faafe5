"""Export files become daily series; the same ones again change nothing."""

import base64
import gzip
import io
import json
import tracemalloc
import urllib.request
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from prodops.integrations.amplitude.models import PointRestatement, Series, SeriesPoint
from prodops.integrations.models import SyncRun
from tests.factories import amplitude
from tests.integrations.amplitude.conftest import SECRET

pytestmark = pytest.mark.django_db


def event(number, *, name="Log In", at="2026-06-02 10:00:00.000000", person=None, **fields):
    return {
        "event_type": name,
        "event_time": at,
        "amplitude_id": person or 500 + number,
        "$insert_id": f"key-{number}",
        **fields,
    }


def packed(rows):
    return gzip.compress("\n".join(map(json.dumps, rows)).encode())


def bundle(path: Path, *files) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for hour, rows in enumerate(files):
            made.writestr(f"434735/434735_2026-06-02_{hour}#0.json.gz", packed(rows))
    return path


def run(path, **options):
    """Return exit code, the JSON of the last line, and stderr."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command(
            "import_amplitude", str(path), connection="amplitude", stdout=out, stderr=err, **options
        )
    except SystemExit as exit_:
        code = exit_.code
    return code, json.loads(out.getvalue().splitlines()[-1]), err.getvalue()


def three_days():
    return [
        event(1, at="2026-06-01 12:00:00.000000"),
        event(2, person=7),
        event(3, person=7),
        event(3, person=7),
        event(4, at="2026-06-02 23:30:00.000000"),
        event(5, name="Sign Up", at="2026-06-02 08:00:00.000000"),
        event(6, at="2026-06-03 12:00:00.000000"),
    ]


def kept(measure, name="Log In"):
    definition = {"events": [{"event_type": name}], "measure": measure}
    series = Series.objects.get(kind=Series.Kind.EXPORT, definition=definition)
    return {point.on.day: (point.value, point.is_partial) for point in series.points.all()}


def test_a_zip_becomes_daily_numbers_in_the_projects_zone(tmp_path):
    amplitude.connection(account_time_zone="Europe/Berlin", is_active=False)

    code, told, _ = run(bundle(tmp_path / "export.zip", three_days()[:3], three_days()[3:]))

    assert (code, told["lines"], told["wrong"], told["events"], told["days"]) == (0, 7, 0, 2, 3)
    assert kept("totals") == {1: (1, True), 2: (2, False), 3: (2, True)}
    assert kept("uniques") == {1: (1, True), 2: (1, False), 3: (2, True)}
    assert kept("totals", "Sign Up") == {2: (1, False)}
    assert SyncRun.objects.get().mode == SyncRun.Mode.FILE


def test_the_same_files_again_change_nothing(tmp_path):
    amplitude.connection()
    path = bundle(tmp_path / "export.zip", three_days())
    run(path)
    before = set(SeriesPoint.objects.values_list("pk", "value", "data_as_of"))

    _, told, _ = run(path)

    assert (told["created"], told["updated"]) == (0, 0)
    assert set(SeriesPoint.objects.values_list("pk", "value", "data_as_of")) == before
    assert not PointRestatement.objects.exists()


def test_a_folder_is_read_like_its_zip_and_a_part_of_a_day_hides_no_whole_one(tmp_path):
    amplitude.connection(account_time_zone="UTC")
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "a.json.gz").write_bytes(packed(three_days()[:4]))
    (folder / "b.json.gz").write_bytes(packed(three_days()[4:]))
    run(folder)

    run(bundle(tmp_path / "later.zip", [event(2, person=7)]))

    assert kept("totals")[2] == (3, False)


def test_a_dry_run_reads_everything_and_keeps_nothing(tmp_path):
    amplitude.connection()

    code, told, _ = run(bundle(tmp_path / "export.zip", three_days()), dry_run=True)

    assert (code, told["dry_run"], told["created"]) == (0, True, 8)
    assert not Series.objects.exists()
    assert not SyncRun.objects.exists()


def test_lines_that_cannot_be_read_are_named_and_the_rest_is_kept(tmp_path):
    amplitude.connection()
    path = tmp_path / "export.jsonl"
    lines = [json.dumps(event(1)), "{broken", json.dumps(event(2, event_time="soon"))]
    lines += [json.dumps({"event_type": "Log In"}), "[]", json.dumps(event(3, name="a\x00b"))]
    path.write_text("\n".join(lines))

    code, told, err = run(path)

    assert (code, told["lines"], told["wrong"]) == (1, 6, 4)
    assert "export.jsonl line 2: is not JSON" in err
    assert "export.jsonl line 3: event_time is not a time: 'soon'" in err
    assert "export.jsonl line 4: has no amplitude_id" in err
    assert "export.jsonl line 5: is not an object" in err
    assert kept("totals", "ab")


def test_a_file_that_breaks_off_says_where(tmp_path):
    amplitude.connection()
    path = tmp_path / "half.json.gz"
    path.write_bytes(packed([event(number, name="x" * 400) for number in range(2_000)])[:-40])

    code, told, err = run(path)

    assert code == 1
    assert "breaks off here" in err
    assert told["lines"] > 1


@pytest.mark.parametrize("name", ["nowhere.zip", "empty"])
def test_what_is_no_export_exits_with_two(tmp_path, name):
    amplitude.connection()
    (tmp_path / "empty").mkdir()
    with pytest.raises(CommandError) as refusal:
        run(tmp_path / name)
    assert refusal.value.returncode == 2
    assert not SyncRun.objects.exists()


def test_an_unknown_connection_exits_with_two(tmp_path):
    with pytest.raises(CommandError, match="There is no Amplitude connection") as refusal:
        run(bundle(tmp_path / "export.zip", []))
    assert refusal.value.returncode == 2


def test_memory_does_not_grow_with_the_file(tmp_path):
    amplitude.connection()
    peaks = []
    for count in (2_000, 20_000):
        path = tmp_path / f"{count}.json.gz"
        path.write_bytes(packed(event(number) for number in range(count)))
        tracemalloc.start()
        run(path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5


@pytest.mark.sandbox
def test_the_export_of_the_service_itself_can_be_read(start_amplitude, connect, tmp_path):
    sandbox = start_amplitude("--export-sample", "200")
    connect(sandbox)
    path = tmp_path / "export.zip"
    path.write_bytes(exported(sandbox, "20260609T00", "20260613T00"))

    code, told, _ = run(path)

    assert (code, told["wrong"]) == (0, 0)
    days = SeriesPoint.objects.filter(is_partial=False).values_list("on", flat=True)
    assert set(days) == {date(2026, 6, number) for number in (9, 10, 11)}


def exported(sandbox, start, end):
    keys = base64.b64encode(f"key:{SECRET}".encode()).decode()
    request = urllib.request.Request(
        f"{sandbox.url}/api/2/export?start={start}&end={end}",
        headers={"Authorization": f"Basic {keys}"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()


@pytest.mark.sandbox
@pytest.mark.parametrize(
    "rules", ["", "504:match=T00&end=20260610T23", "truncate:p=0.5,match=export"]
)
def test_the_export_is_fetched_by_the_command_itself(start_amplitude, connect, monkeypatch, rules):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    sandbox = start_amplitude("--export-sample", "500")
    connect(sandbox)
    sandbox.faults(rules)
    out = io.StringIO()
    days = {"first": date(2026, 6, 10), "last": date(2026, 6, 12)}

    call_command("import_amplitude", connection="amplitude", stdout=out, stderr=out, **days)

    told = json.loads(out.getvalue().splitlines()[-1])
    assert (told["wrong"], told["days"]) == (0, 4)


@pytest.mark.sandbox
def test_days_without_any_event_are_no_failure(start_amplitude, connect):
    connect(start_amplitude())
    days = {"first": date(2020, 6, 10), "last": date(2020, 6, 10)}
    with pytest.raises(CommandError, match=r"holds no \.json\.gz files") as refusal:
        call_command("import_amplitude", connection="amplitude", stderr=io.StringIO(), **days)
    assert refusal.value.returncode == 2
