"""What the database itself refuses to do with a request, whoever asks and however."""

import pgtrigger

from intake.models.state import ALLOWED, State


def _undone() -> set[tuple[str, str]]:
    """Return the ways back: any act may be undone, but nothing that shipped becomes unshipped."""
    ways = {(to, start) for start, ends in ALLOWED.items() for to in ends}
    return {(start, to) for start, to in ways if start != State.SHIPPED}


FOLLOWS = sorted(
    (str(start), str(to))
    for start, to in {(start, to) for start, ends in ALLOWED.items() for to in ends} | _undone()
)

KEEP_ORDER = pgtrigger.FSM(name="states_follow", field="state", transitions=FOLLOWS)

# Deferred, because a merge moves the child first and those merged into it after.
KEEP_ONE_ROOT = pgtrigger.Trigger(
    name="one_root",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("merged_into_id", "state"),
    timing=pgtrigger.Deferred,
    condition=pgtrigger.Q(new__merged_into__isnull=False),
    func="""
        IF EXISTS (
            SELECT 1 FROM intake_productrequest AS child
            JOIN intake_productrequest AS root ON root.id = child.merged_into_id
            WHERE child.id = NEW.id AND root.merged_into_id IS NOT NULL
        ) OR EXISTS (
            SELECT 1 FROM intake_productrequest AS child
            JOIN intake_productrequest AS root ON root.id = child.merged_into_id
            WHERE root.id = NEW.id AND root.merged_into_id IS NOT NULL
        ) THEN
            RAISE EXCEPTION 'a request is merged into one that lives on, not into a merged one';
        END IF;
        RETURN NULL;
    """,
)

# FOR SHARE: whoever closes the other one as spam at this moment waits, or is waited for.
NOT_INTO_SPAM = pgtrigger.Trigger(
    name="not_into_spam",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("merged_into_id"),
    condition=pgtrigger.Q(new__merged_into__isnull=False),
    func="""
        IF TG_OP = 'UPDATE' AND NEW.merged_into_id IS NOT DISTINCT FROM OLD.merged_into_id THEN
            RETURN NEW;
        END IF;
        PERFORM 1 FROM intake_productrequest WHERE id = NEW.merged_into_id AND is_spam FOR SHARE;
        IF FOUND THEN
            RAISE EXCEPTION 'a request is not merged into spam';
        END IF;
        RETURN NEW;
    """,
)

KEEP_HISTORY = pgtrigger.Trigger(
    name="state_has_a_row",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("state"),
    timing=pgtrigger.Deferred,
    condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
    func="""
        IF EXISTS (
            SELECT 1 FROM intake_productrequest AS request
            WHERE request.id = NEW.id AND request.state IS DISTINCT FROM (
                SELECT change.to_state FROM intake_requeststatechange AS change
                WHERE change.product_request_id = request.id
                ORDER BY change.id DESC LIMIT 1
            )
        ) THEN
            RAISE EXCEPTION 'a change of state needs its row of who, when and why';
        END IF;
        RETURN NULL;
    """,
)

STAY_SORTED = pgtrigger.Protect(
    name="accepted_stays_sorted",
    operation=pgtrigger.UpdateOf("category_id", "state"),
    condition=pgtrigger.Q(
        new__state__in=[State.ACCEPTED.value, State.PLANNED.value, State.SHIPPED.value],
        new__category__isnull=True,
    ),
)

GUARDS = (KEEP_ORDER, KEEP_ONE_ROOT, NOT_INTO_SPAM, KEEP_HISTORY, STAY_SORTED)
