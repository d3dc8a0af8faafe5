"""Finds the people a text mentions: @handle (the address before its @) or @Full Name."""

import re

from django.db.models import F, Q, TextField, Value
from django.db.models.expressions import Func
from django.db.models.functions import Lower

from prodops.people.models import User

CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
MENTION = re.compile(r"(?<![\w@])@([\w.+'’-]+(?:[ \u00a0][\w.'’-]+){0,3})")
MOST_MENTIONS = 50


def mentioned(text: str) -> list[User]:
    """Return the active people that `text` mentions outside code, each once, by primary key.

    After an @ the longest run of up to four words that is somebody's name or handle counts.
    """
    runs = [_candidates(run) for run in MENTION.findall(CODE.sub(" ", text))[:MOST_MENTIONS]]
    words = {word for run in runs for word in run}
    if not words:
        return []
    handle = Lower(
        Func(F("email"), Value("@"), Value(1), function="split_part", output_field=TextField())
    )
    people = (
        User.objects.active()
        .annotate(lower_handle=handle, lower_name=Lower("name"))
        .filter(Q(lower_handle__in=words) | Q(lower_name__in=words))
    )
    known: dict[str, list[User]] = {}
    for user in people:
        for word in {user.lower_handle, user.lower_name}:
            known.setdefault(word, []).append(user)
    found = {user for run in runs for user in _first_known(run, known)}
    return sorted(found, key=lambda user: user.pk)


def _candidates(run: str) -> list[str]:
    """Return "mira chen said", "mira chen", "mira": longest first, without trailing punctuation."""
    words = run.lower().replace("\u00a0", " ").split(" ")
    return [" ".join(words[:count]).rstrip(".'’-") for count in range(len(words), 0, -1)]


def _first_known(run: list[str], known: dict[str, list[User]]) -> list[User]:
    return next((known[word] for word in run if word in known), [])
