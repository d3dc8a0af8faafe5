"""The two things a file can hold, as the machinery sees them."""

from collections.abc import Callable
from dataclasses import dataclass

from intake.models import Import
from intake.services.imports import requests, settling, tickets


@dataclass(frozen=True)
class Subject:
    """How rows of one sort are settled, told apart, found, named and written."""

    settle: Callable
    origin: Callable
    known: Callable
    names: Callable
    write: Callable
    is_for_pass: Callable
    passes: int


SUBJECTS = {
    Import.Subject.REQUESTS: Subject(
        settle=settling.settle,
        origin=settling.origin,
        known=settling.known,
        names=settling.names,
        write=requests.write,
        is_for_pass=settling.is_for_pass,
        passes=2,
    ),
    Import.Subject.TICKETS: Subject(
        settle=tickets.settle,
        origin=tickets.origin,
        known=tickets.known,
        names=tickets.names,
        write=tickets.write,
        is_for_pass=lambda row, number: True,
        passes=1,
    ),
}


def subject_of(importing: Import) -> Subject:
    return SUBJECTS[Import.Subject(importing.subject)]
