"""Acts of launches; each is one transaction and raises a `Refusal` with the reason in words."""

from launches.services.creation import create_launch, link_initiative
from launches.services.dates import due_on, move_date, settled_on
from launches.services.go_no_go import (
    Criterion,
    criteria,
    decide_go_no_go,
    is_against,
    open_blockers,
)
from launches.services.items import assign_item, may_set_aside, set_item_state
from launches.services.progress import by_function
from launches.services.refusals import (
    AlreadyDecided,
    NoTemplate,
    NotInFunction,
    NotOpen,
    Refusal,
    WrongState,
)
from launches.services.reminders import remind
from launches.services.rota import is_member, next_in_rota
from launches.services.shipping import (
    Asker,
    cancel,
    people_to_tell,
    requests_behind,
    ship,
    why_not,
    words_for,
    write_summary,
)
from launches.services.sign_offs import decide_sign_off, request_sign_off
from launches.services.templates import activate, make_new_version, next_version
from launches.services.tiers import QUESTIONS, in_words, score, tier_for
from launches.services.versions import (
    create_version,
    deliver_version,
    link_version,
    link_written_versions,
    note_of,
    noted_issues,
    post_note,
    release_version,
    unlink_version,
    versions_of,
)

__all__ = [
    "QUESTIONS",
    "AlreadyDecided",
    "Asker",
    "Criterion",
    "NoTemplate",
    "NotInFunction",
    "NotOpen",
    "Refusal",
    "WrongState",
    "activate",
    "assign_item",
    "by_function",
    "cancel",
    "create_launch",
    "create_version",
    "criteria",
    "decide_go_no_go",
    "decide_sign_off",
    "deliver_version",
    "due_on",
    "in_words",
    "is_against",
    "is_member",
    "link_initiative",
    "link_version",
    "link_written_versions",
    "make_new_version",
    "may_set_aside",
    "move_date",
    "next_in_rota",
    "next_version",
    "note_of",
    "noted_issues",
    "open_blockers",
    "people_to_tell",
    "post_note",
    "remind",
    "release_version",
    "request_sign_off",
    "requests_behind",
    "score",
    "set_item_state",
    "settled_on",
    "ship",
    "tier_for",
    "unlink_version",
    "versions_of",
    "why_not",
    "words_for",
    "write_summary",
]
