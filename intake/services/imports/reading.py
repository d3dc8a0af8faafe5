"""A file row by row, as its mapping reads it: settled, told apart, in batches."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from intake.models import Import
from intake.services.imports.files import Record
from intake.services.imports.plan import Plan, Row
from intake.services.imports.problems import Problem
from intake.services.imports.subjects import Subject

AT_ONCE = 500


@dataclass
class Batch:
    """Some rows in a row: `good` by what tells each apart, the others with their problems."""

    count: int = 0
    good: dict[str, Row] = field(default_factory=dict)
    bad: list[Row] = field(default_factory=list)


@dataclass
class Rows:
    """Reads a file; knows what it met, so that a row that stands there twice is named."""

    importing: Import
    plan: Plan
    subject: Subject
    source: Callable[[], Iterator[Record]]
    met: dict[bytes, int] = field(default_factory=dict)
    copies: Counter = field(default_factory=Counter)

    def batches(self, *, skip: int = 0) -> Iterator[Batch]:
        """Yield the rows in batches; the first `skip` rows are only met."""
        rows = self.source()
        next(rows)
        place = 0
        while found := list(islice(rows, AT_ONCE)):
            batch = Batch()
            for record in found:
                row = self.plan.read(record)
                self.subject.settle(row, self.plan, source=self.importing.mapping["source"])
                key = self._key(row)
                place += 1
                if place <= skip:
                    continue
                batch.count += 1
                if row.problems:
                    batch.bad.append(row)
                else:
                    batch.good[key] = row
            if batch.count:
                yield batch

    def _key(self, row: Row) -> str:
        """Return what tells the row apart; one whose id stood before gets a problem."""
        key = self.subject.origin(row)
        if not key:
            cells = "\x1f".join(row.record.cells)
            print_ = hashlib.blake2b(cells.encode(errors="replace"), digest_size=12).hexdigest()
            self.copies[print_] += 1
            return f"row:{print_}:{self.copies[print_]}"
        mark = hashlib.blake2b(key.encode(), digest_size=8).digest()
        first = self.met.setdefault(mark, row.line)
        if first != row.line:
            what = f"The same number stands in line {first} already."
            row.problems.append(Problem(row.line, "", key[:200], what, "Leave one of the two out."))
        return key[:200]
