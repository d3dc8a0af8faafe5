"""Acts of intake; each is one transaction and raises a `Refusal` with the reason in words."""

from intake.services.attachments import (
    attach,
    keep_files,
    remove_attachment,
    restore_attachment,
    sweep_files,
)
from intake.services.breaches import tell_breaches
from intake.services.bulk_merging import (
    Preview,
    Prospect,
    merge_many,
    preview_merges,
    unmerge_many,
)
from intake.services.clusters import (
    ask_for_clusters,
    ask_weekly,
    find_clusters,
    sweep_clusters,
)
from intake.services.contacts import (
    OverBudget,
    add_contact_person,
    contact_warnings,
    leave_in_peace,
    lift,
    log_contact,
    read_budget,
    set_budget,
)
from intake.services.deciding import (
    confirm_cluster,
    dismiss_cluster,
    join_cluster,
    reopen_cluster,
)
from intake.services.importing import Imported, ImportRefused, import_requests
from intake.services.imports.work import run as run_import
from intake.services.imports.work import sweep as sweep_imports
from intake.services.introducing import introduce, was_introduced
from intake.services.learning import learn
from intake.services.mail import (
    ignore_mail,
    take_in,
    take_in_waiting,
    try_mail_again,
    welcome_sender,
)
from intake.services.meaning import learn as learn_meaning
from intake.services.merging import merge, unmerge
from intake.services.outcome import (
    close,
    mark_planned,
    mark_shipped,
    mark_unplanned,
    reopen,
)
from intake.services.quoting import (
    attach_quote,
    attach_ticket,
    remove_quote,
    restore_quote,
    take_back,
    take_tickets_off,
)
from intake.services.ranking import count_words
from intake.services.rule_words import differences, read_book, say_all
from intake.services.rules import (
    add_condition,
    add_rule,
    change_rule,
    discard,
    move_rule,
    open_draft,
    publish,
    remove_condition,
    remove_rule,
    set_rota,
    switch_rule,
)
from intake.services.searching import Asker, Similar, similar
from intake.services.sharing import share, share_by_address, show_to_colleagues, unshare
from intake.services.slack import answer_call, sweep_calls, take_call
from intake.services.sorting import classify, escalate, overwritten
from intake.services.states import AlreadyDecided, Refusal, WrongState
from intake.services.submission import back, submit, withdraw
from intake.services.suggesting import Suggestion, suggest, take_suggestions
from intake.services.tagging_runs import ask_for_tags, run_tagging, sweep_tagging
from intake.services.taxonomy import add_group, change_group, remove_group
from intake.services.themes import (
    ChangedMeanwhile,
    archive,
    bring_back,
    create_theme,
    edit_theme,
    merge_themes,
    unmerge_theme,
)
from intake.services.triage import (
    NotSorted,
    accept,
    ask_requester,
    decline,
    resume,
    snooze,
    start_triage,
    wake_snoozed,
)
from intake.services.trial import try_rules
from intake.services.undoing import undo
from intake.services.weeks import Week, mail_of, send_weeks, summarise

__all__ = [
    "ChangedMeanwhile",
    "Week",
    "add_group",
    "archive",
    "ask_for_clusters",
    "ask_for_tags",
    "ask_weekly",
    "attach_quote",
    "attach_ticket",
    "bring_back",
    "change_group",
    "confirm_cluster",
    "create_theme",
    "dismiss_cluster",
    "edit_theme",
    "find_clusters",
    "join_cluster",
    "mail_of",
    "merge_themes",
    "remove_group",
    "remove_quote",
    "reopen_cluster",
    "restore_quote",
    "send_weeks",
    "summarise",
    "sweep_clusters",
    "run_tagging",
    "sweep_tagging",
    "take_back",
    "take_tickets_off",
    "unmerge_theme",
    "attach",
    "keep_files",
    "remove_attachment",
    "restore_attachment",
    "sweep_files",
    "ignore_mail",
    "take_in",
    "take_in_waiting",
    "try_mail_again",
    "welcome_sender",
    "OverBudget",
    "answer_call",
    "sweep_calls",
    "take_call",
    "add_contact_person",
    "contact_warnings",
    "leave_in_peace",
    "lift",
    "log_contact",
    "read_budget",
    "set_budget",
    "Suggestion",
    "learn",
    "suggest",
    "sweep_imports",
    "take_suggestions",
    "tell_breaches",
    "try_rules",
    "switch_rule",
    "say_all",
    "remove_rule",
    "remove_condition",
    "read_book",
    "publish",
    "open_draft",
    "overwritten",
    "move_rule",
    "discard",
    "differences",
    "change_rule",
    "add_rule",
    "add_condition",
    "AlreadyDecided",
    "Asker",
    "ImportRefused",
    "Imported",
    "NotSorted",
    "Preview",
    "Prospect",
    "Refusal",
    "Similar",
    "WrongState",
    "accept",
    "ask_requester",
    "back",
    "classify",
    "close",
    "count_words",
    "decline",
    "escalate",
    "import_requests",
    "introduce",
    "mark_planned",
    "mark_shipped",
    "mark_unplanned",
    "learn_meaning",
    "merge",
    "merge_many",
    "preview_merges",
    "reopen",
    "resume",
    "run_import",
    "similar",
    "set_rota",
    "share",
    "share_by_address",
    "show_to_colleagues",
    "snooze",
    "start_triage",
    "submit",
    "undo",
    "unmerge",
    "unshare",
    "unmerge_many",
    "wake_snoozed",
    "was_introduced",
    "withdraw",
]
