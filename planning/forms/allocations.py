"""What people write into the allocation grid, and the file that stands for many cells."""

import csv
import io
import json
import re
from decimal import Decimal, InvalidOperation

import orjson
from django import forms

from planning.models import Initiative
from planning.models.people_weeks import TENTH, plain
from planning.services.allocations import Cell, CellWish
from prodops.people.models import Team
from prodops.ui import lists
from prodops.ui.forms import LineField

NAME = re.compile(r"w-(\d{1,18})-(\d{1,18})(?:-(\d{1,3}))?")
MOST = Decimal("9999.9")
HEADINGS = ("Initiative", "Title", "Team", "Weeks")
LONGEST_CELL = 10_000
LARGEST_FILE = 2 << 20
MOST_LINES = 50_000


def weeks_of(text: str) -> Decimal:
    """Read people-weeks as people write them: 4, 2.5 or 2,5; nothing is none. ValueError else."""
    text = text.strip().replace(",", ".").replace("−", "-")
    try:
        weeks = Decimal(text or 0)
    except InvalidOperation:
        raise ValueError("Write weeks as a number, such as 4 or 2.5.") from None
    if not weeks.is_finite() or not 0 <= weeks <= MOST:
        raise ValueError(f"Weeks are a number from 0 to {MOST}.")
    if weeks != weeks.quantize(TENTH):
        raise ValueError("A tenth of a week, half a day, is the smallest step.")
    return weeks.quantize(TENTH)


class CellsForm(forms.Form):
    """Cells of the grid as a page or a script sends them: w-… is wanted, s-… was seen.

    What is no number lands in `wrong`, by the key of its cell, and keeps nothing else from being
    saved; `typed` has every cell's text.
    """

    why = LineField(max_length=500, required=False)

    def clean(self):
        self.wishes, self.wrong, self.typed = [], {}, {}
        for name in self.data:
            found = NAME.fullmatch(name)
            if found:
                self._read(name.removeprefix("w-"), found)
        return super().clean()

    @property
    def why_said(self):
        return self.cleaned_data.get("why", "")

    def _read(self, key, found):
        text = self.data.get(f"w-{key}", "")
        seen = self.data.get(f"s-{key}", "")
        self.typed[key] = text
        initiative, team, month = found.groups()
        cell = Cell(int(initiative), int(team), int(month) if month else None)
        try:
            wish = CellWish(cell, weeks_of(seen), weeks_of(text))
        except ValueError as problem:
            self.wrong[key] = str(problem)
        else:
            if wish.seen != wish.wanted:
                self.wishes.append(wish)


def key_of(cell: Cell) -> str:
    parts = [cell.initiative, cell.team, *([] if cell.month is None else [cell.month])]
    return "-".join(map(str, parts))


class AllocationFileForm(forms.Form):
    """A CSV with the headings the grid's own file has; `wishes` and `problems` say what is in it.

    A cell that the file does not name stays as it is.
    """

    file = forms.FileField(
        label="CSV file", help_text="With the columns Initiative (INI-3), Team and Weeks."
    )

    def __init__(self, *args, now, planned, **kwargs):
        super().__init__(*args, **kwargs)
        self.now, self.planned = now, planned
        self.wishes, self.problems = [], []

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError("The file is larger than 2 MB.")
        try:
            text = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError("Save the file as CSV in UTF-8.") from None
        lines = self._lines(text)
        heads = [head.strip().lower() for head in lines[0]] if lines else []
        missing = [name for name in ("Initiative", "Team", "Weeks") if name.lower() not in heads]
        if missing:
            raise forms.ValidationError(f"The first line lacks {', '.join(missing)}.")
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(f"The file has more than {MOST_LINES:,} lines.")
        self._read(heads, lines[1:])
        return text

    def _lines(self, text):
        """Return the cells of each line, whichever of the two marks and line ends it has."""
        first = next(iter(text.splitlines()), "")
        mark = ";" if first.count(";") > first.count(",") else ","
        try:
            lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
        except csv.Error as problem:
            raise forms.ValidationError(f"This cannot be read as CSV: {problem}.") from None
        for number, line in enumerate(lines, start=1):
            if any(len(cell) > LONGEST_CELL for cell in line):
                raise forms.ValidationError(
                    f"Line {number} has a cell of more than {LONGEST_CELL:,} characters."
                )
        return lines

    def _read(self, heads, lines):
        teams = {}
        for team in Team.objects.all():
            teams |= {team.slug.lower(): team.pk, team.name.lower(): team.pk}
        seen = {}
        for number, line in enumerate(lines, start=2):
            if not any(text.strip() for text in line):
                continue
            values = dict(zip(heads, [text.strip().lstrip("'") for text in line], strict=False))
            try:
                self._wish(values, teams, seen, number)
            except ValueError as problem:
                self.problems.append((number, str(problem)))

    def _wish(self, values, teams, seen, number):
        key = lists.key_of(values.get("initiative", "").upper().removeprefix("INI-"))
        if key not in self.planned:
            raise ValueError(f"“{values.get('initiative', '')}” is no initiative of this plan.")
        team = teams.get(values.get("team", "").lower())
        if team is None:
            raise ValueError(f"No team is called “{values.get('team', '')}”.")
        cell = Cell(key, team)
        if cell in seen:
            raise ValueError(f"Line {seen[cell]} says it already.")
        seen[cell] = number
        wanted = weeks_of(values.get("weeks", ""))
        now = self.now.get((cell.initiative, team), Decimal(0))
        if wanted != now:
            self.wishes.append(CellWish(cell, now, wanted))

    def changes(self):
        """Return what would change, for people: initiative, team, before, after."""
        teams = Team.objects.in_bulk({wish.cell.team for wish in self.wishes})
        names = Initiative.objects.in_bulk({wish.cell.initiative for wish in self.wishes})
        return [
            (names[w.cell.initiative], teams[w.cell.team], plain(w.seen), plain(w.wanted))
            for w in self.wishes
        ]

    def packed(self):
        """Return the wishes as the page that shows them sends them back."""
        rows = [
            [w.cell.initiative, w.cell.team, plain(w.seen), plain(w.wanted)] for w in self.wishes
        ]
        return json.dumps(rows)


class FileChangesForm(forms.Form):
    """The changes of a checked file, as the page that showed them sends them back."""

    changes = forms.CharField(widget=forms.HiddenInput)
    why = LineField(max_length=500, required=False)

    def clean_changes(self):
        wishes = self._wishes()
        if len(wishes) > MOST_LINES or len({wish.cell for wish in wishes}) < len(wishes):
            raise forms.ValidationError("Check the file again.")
        return wishes

    def _wishes(self):
        try:
            return [
                CellWish(Cell(_key(initiative), _key(team)), weeks_of(seen), weeks_of(wanted))
                for initiative, team, seen, wanted in orjson.loads(self.cleaned_data["changes"])
            ]
        except (TypeError, ValueError, AttributeError):
            raise forms.ValidationError("Check the file again.") from None


def _key(number) -> int:
    key = lists.key_of(str(number))
    if key is None:
        raise ValueError(f"{number!r} is no key.")
    return key
