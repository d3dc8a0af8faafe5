"""How one file is read: which column goes where, what its words mean, and each row as values."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from intake.models import FormField, Import
from intake.models.form import YES_NO
from intake.services.imports import values
from intake.services.imports.chains import Chains
from intake.services.imports.choices import MADE_BY_ITSELF, Choice, New, read_choices, resolve
from intake.services.imports.fields import THEMES, Field, asked_questions, fields_of
from intake.services.imports.files import Record
from intake.services.imports.problems import Problem, Wrong
from intake.services.imports.theming import Themes, read_themes
from intake.services.imports.values import Reading

LONGEST_SHORT, LONGEST_LONG = 300, 10_000
SHOWN = 200
KEPT_AS_IT_IS = frozenset({"body", "why"})
Type = FormField.Type


@dataclass
class Row:
    """A record as values by field; `problems` say why it cannot become one."""

    line: int
    values: dict[str, Any]
    problems: list[Problem]
    record: Record


@dataclass
class Plan:
    """A mapping made ready: `columns` are (place, heading, field) of the columns that are read.

    `chains` has what its merged rows went into, as far as the file was read.
    """

    columns: list[tuple[int, str, Field]]
    said: dict[str, dict[str, str]]
    choices: dict[str, Choice]
    questions: dict[str, FormField]
    needed: dict[str, Field]
    reading: Reading
    defaults: dict[str, str]
    makes: frozenset[str] = MADE_BY_ITSELF
    chains: Chains = dataclasses.field(default_factory=Chains)
    themes: Themes = dataclasses.field(default_factory=Themes)

    def has(self, name: str) -> bool:
        """Say whether a column of the file goes to this field."""
        return any(field.key == name for _, _, field in self.columns)

    def default(self, name: str) -> Any:
        """Return what rows without a kind or category become; None where nothing was chosen."""
        return self.choices[name].values.get(self.defaults.get(name, ""))

    def read(self, record: Record) -> Row:
        """Return a record as values, with everything that is wrong with its cells."""
        row = Row(record.line, {}, [], record)
        if record.problem:
            row.problems.append(record.problem)
            return row
        for place, heading, field in self.columns:
            cell = record.cells[place]
            if not (cell if field.key in KEPT_AS_IT_IS else cell.strip()):
                continue
            try:
                row.values[field.key] = self._value(field, cell)
            except Wrong as wrong:
                problem = Problem(row.line, heading, cell[:SHOWN], wrong.what, wrong.cure)
                row.problems.append(problem)
        missing = self.needed.keys() - row.values.keys() - self._wrong(row)
        for key in sorted(missing):
            what = f"{self.needed[key].label} is empty."
            row.problems.append(Problem(row.line, self._heading(key), "", what, "Fill it in."))
        return row

    def _value(self, field: Field, cell: str) -> Any:
        if field.choice == "account":
            return self._account(cell)
        if field.key == THEMES:
            return self.themes.read(cell)
        if field.choice:
            said = self.said.get(field.key, {})
            return resolve(self.choices[field.choice], cell, said, makes=self.makes)
        if field.key in self.questions:
            return answer(self.questions[field.key], cell, self.reading)
        assert field.read is not None
        return field.read(cell, self.reading)

    def _account(self, cell: str) -> Any:
        """An account is a name until its batch is written: there may be thousands."""
        name = " ".join(cell.split())
        if "\x00" in name or len(name) > 160:
            raise Wrong("It is no name of an account.", "Shorten it to 160 characters.")
        answer = self.said.get("account", {}).get(name.casefold(), "")
        if answer == "-":
            return None
        return New("account", answer if answer not in ("", "+") else name)

    def _wrong(self, row: Row) -> set[str]:
        columns = {problem.column for problem in row.problems}
        return {field.key for _, heading, field in self.columns if heading in columns}

    def _heading(self, key: str) -> str:
        return next((name for _, name, field in self.columns if field.key == key), "")


def read_plan(importing: Import, *, at: datetime, makes: frozenset[str] = MADE_BY_ITSELF) -> Plan:
    """Return how a file is read, by its mapping and what the hub holds now."""
    mapping, head = importing.mapping, importing.head
    questions = [] if importing.is_of_tickets else asked_questions()
    fields = fields_of(importing.subject, questions)
    columns = [
        (place, head[place], fields[key])
        for place, key in enumerate(mapping.get("columns", []))
        if key in fields
    ]
    reading = Reading(ZoneInfo(mapping.get("time_zone", "UTC")), mapping.get("dates", ""), at)
    return Plan(
        columns=columns,
        said=mapping.get("words", {}),
        choices=read_choices(),
        questions={f"answer:{each.pk}": each for each in questions},
        needed={key: field for key, field in fields.items() if field.is_needed},
        reading=reading,
        defaults=mapping.get("defaults", {}),
        makes=makes,
        themes=read_themes() if any(field.key == THEMES for _, _, field in columns) else Themes(),
    )


def answer(question: FormField, cell: str, reading: Reading) -> str:
    """Read the answer to a question of a kind's form, as `FormAnswer.value` holds it."""
    return ANSWERS[Type(question.type)](question, cell, reading)


def _number(question: FormField, cell: str, reading: Reading) -> str:
    value: Decimal = values.number(cell)
    if value < 0 and not question.allows_negative:
        raise Wrong("It is less than 0.", "Write 0 or more, or let the question take less.")
    if round(value, 4) != value:
        raise Wrong("It has more than four decimals.", "Round it.")
    return format(value.normalize() if value else Decimal(0), "f")


def _day(question: FormField, cell: str, reading: Reading) -> str:
    return values.day(cell, reading).isoformat()


def _option(question: FormField, cell: str, reading: Reading) -> str:
    word = " ".join(cell.split()).casefold()
    for option in question.options:
        if " ".join(option.split()).casefold() == word:
            return option
    raise Wrong("It is none of the choices.", f"Write one of: {', '.join(question.options)}."[:300])


def _yes_no(question: FormField, cell: str, reading: Reading) -> str:
    yes, no = YES_NO
    return yes if values.yes_no(cell, reading) else no


ANSWERS = {
    Type.SHORT: lambda question, cell, reading: values.text(LONGEST_SHORT)(cell, reading),
    Type.LONG: lambda question, cell, reading: values.text(LONGEST_LONG)(cell, reading),
    Type.NUMBER: _number,
    Type.DATE: _day,
    Type.CHOICE: _option,
    Type.YES_NO: _yes_no,
    Type.LINK: lambda question, cell, reading: values.link(cell, reading),
}
