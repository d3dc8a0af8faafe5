"""What the database itself keeps of what is over, and of what figures are counted from.

The services refuse all of this too, in words; here nobody gets round them.
"""

import pgtrigger

WRITES = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


def refusing(name: str, operation, *, where: str, words: str) -> pgtrigger.Trigger:
    """Refuse rows for which the SQL `where` holds, with `words`.

    `ROW_` in it is the new row, of a delete the old one; OLD and NEW stand for themselves.
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=operation,
        declare=[("row_", "record")],
        func=f"""
            IF TG_OP = 'DELETE' THEN
                row_ := OLD;
            ELSE
                row_ := NEW;
            END IF;
            IF {where} THEN
                RAISE EXCEPTION '{words}' USING ERRCODE = 'check_violation';
            END IF;
            RETURN row_;
        """,
    )


def stays(name: str, columns: str = "", *, after: str = "true", words: str) -> pgtrigger.Trigger:
    """Keep columns of a row as they are; "" stands for all. `after` says of OLD from when on."""
    names = columns.split()
    old, new = (
        f"({', '.join(f'{side}.{name}' for name in names)})" if names else side
        for side in ("OLD", "NEW")
    )
    where = f"({after}) AND {old} IS DISTINCT FROM {new}"
    return refusing(name, pgtrigger.Update, where=where, words=words)


def never_deleted(name: str, *, after: str = "true", words: str) -> pgtrigger.Trigger:
    return refusing(name, pgtrigger.Delete, where=after, words=words)


CLOSED_PLAN_STAYS = refusing(
    "closed_plan_stays",
    WRITES,
    where="""
        (SELECT phase FROM planning_cycle WHERE id = row_.cycle_id) = 'closed'
    """,
    words="the cycle is closed; its plan stays as it was",
)

CLOSED_NOTES_STAY = refusing(
    "closed_notes_stay",
    pgtrigger.Update | pgtrigger.Delete,
    where="""
        (SELECT state FROM planning_forumsession WHERE id = row_.session_id) = 'closed'
    """,
    words="the session is closed; its minutes are written",
)

FIRST_PROMISE_STAYS = refusing(
    "first_promise_stays",
    pgtrigger.Update,
    where="""
        OLD.first_committed_on IS DISTINCT FROM NEW.first_committed_on AND NOT (
            OLD.state <> NEW.state AND (
                NEW.state = 'proposed' AND NEW.first_committed_on IS NULL
                OR NEW.state = 'committed' AND OLD.first_committed_on IS NULL
                AND NEW.first_committed_on = NEW.committed_on
            )
        )
    """,
    words="the first promise stays: slips are counted from it",
)

PROMISE_MOVES_WITH_A_REASON = refusing(
    "promise_moves_with_a_reason",
    pgtrigger.Update,
    where="""
        OLD.state = NEW.state AND OLD.committed_on IS DISTINCT FROM NEW.committed_on
        AND NEW.committed_on IS DISTINCT FROM (
            SELECT to_on FROM planning_dependencydatechange
            WHERE dependency_id = NEW.id ORDER BY id DESC LIMIT 1
        )
    """,
    words="a promise moves with a reason",
)

DELIVERED_WITH_THE_INITIATIVE = refusing(
    "delivered_with_the_initiative",
    pgtrigger.Update,
    where="""
        OLD.finished_at IS DISTINCT FROM NEW.finished_at
        AND NEW.finished_at IS DISTINCT FROM (
            SELECT finished_at FROM planning_initiative WHERE id = NEW.initiative_id
        )
    """,
    words="a plan counts an initiative as delivered when it is",
)

FINISHED_ONCE = refusing(
    "finished_once",
    pgtrigger.Update,
    where="""
        NEW.finished_at IS NOT NULL AND OLD.finished_at IS DISTINCT FROM NEW.finished_at
        AND (
            OLD.finished_at IS NOT NULL
            OR NOT EXISTS (
                SELECT 1 FROM planning_initiativestagechange
                WHERE to_stage = NEW.stage AND at = NEW.finished_at AND id = (
                    SELECT max(id) FROM planning_initiativestagechange
                    WHERE initiative_id = NEW.id
                )
            )
        )
    """,
    words="an initiative is finished when its stage says so, and once",
)

VOTES_ARE_WRITTEN_FIRST = refusing(
    "ballots_are_opened",
    pgtrigger.Update,
    where="""
        NEW.revealed_at IS NOT NULL
        AND EXISTS (SELECT 1 FROM planning_ballot WHERE round_id = NEW.id)
    """,
    words="sealed votes would be lost",
)

CLOSED_SCORING_STAYS = refusing(
    "closed_scoring_stays",
    pgtrigger.Insert | pgtrigger.Update,
    where="""
        (SELECT closed_at FROM planning_scoringsession WHERE id = NEW.session_id) IS NOT NULL
    """,
    words="the scoring session is closed",
)

NO_BALLOT_AFTER_THE_CLOSE = refusing(
    "no_ballot_after_the_close",
    pgtrigger.Insert | pgtrigger.Update,
    where="""
        EXISTS (
            SELECT 1 FROM planning_scoringround AS asked
            JOIN planning_scoringsession AS held ON held.id = asked.session_id
            WHERE asked.id = NEW.round_id AND held.closed_at IS NOT NULL
        )
    """,
    words="the scoring session is closed",
)

COUNTED = "the first look of a week is counted; it stays as it was"
WEEKLY_STAYS = refusing(
    "weekly_stays",
    pgtrigger.Update,
    where="(OLD.is_weekly OR NEW.is_weekly) AND OLD IS DISTINCT FROM NEW",
    words=COUNTED,
)
WEEKLY_IS_KEPT = never_deleted("weekly_is_kept", after="OLD.is_weekly", words=COUNTED)
