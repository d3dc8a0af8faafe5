"""What the database itself refuses: phases out of order, and a frozen plan changed in silence.

A plan is frozen once its cycle is committed with a baseline. From then on a row may only become
what the newest `PlanChange` of its commitment says, and a `PlanChange` of weight has a reason.
"""

import pgtrigger

PHASES_IN_ORDER = pgtrigger.Trigger(
    name="phases_in_order",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    func="""
        IF OLD.phase = 'closed' AND OLD IS DISTINCT FROM NEW THEN
            RAISE EXCEPTION 'the cycle is closed and stays as it was'
                USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.phase IN ('committed', 'active') AND
            (OLD.kind, OLD.starts_on, OLD.ends_on, OLD.committed_at, OLD.committed_by_id)
            IS DISTINCT FROM
            (NEW.kind, NEW.starts_on, NEW.ends_on, NEW.committed_at, NEW.committed_by_id)
        THEN
            RAISE EXCEPTION 'the cycle is committed; its dates and its commit stay'
                USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.phase <> NEW.phase AND OLD.phase || '>' || NEW.phase NOT IN
            ('draft>planning', 'planning>committed', 'committed>active', 'active>closed')
        THEN
            RAISE EXCEPTION 'a cycle does not go from % to %', OLD.phase, NEW.phase
                USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.phase <> NEW.phase AND NEW.phase = 'committed' AND NOT EXISTS (
            SELECT 1 FROM planning_commitbaseline WHERE cycle_id = NEW.id
        ) THEN
            RAISE EXCEPTION 'a commit leaves a baseline'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)

FROZEN_PLAN_STAYS = pgtrigger.Trigger(
    name="frozen_plan_stays",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    declare=[("its_phase", "text"), ("is_frozen", "boolean"), ("told", "record")],
    func="""
        IF TG_OP = 'UPDATE' AND
            (OLD.cycle_id, OLD.initiative_id) IS DISTINCT FROM (NEW.cycle_id, NEW.initiative_id)
        THEN
            RAISE EXCEPTION 'a commitment stays in its cycle'
                USING ERRCODE = 'check_violation';
        END IF;
        SELECT cycle.phase, cycle.phase <> 'closed' AND baseline.id IS NOT NULL
            AND cycle.committed_at IS NOT NULL
        INTO its_phase, is_frozen
        FROM planning_cycle cycle
        LEFT JOIN planning_commitbaseline baseline ON baseline.cycle_id = cycle.id
        WHERE cycle.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.cycle_id ELSE NEW.cycle_id END;
        IF its_phase = 'closed' AND (
            TG_OP <> 'UPDATE'
            OR to_jsonb(OLD) - 'actual_value' <> to_jsonb(NEW) - 'actual_value'
        ) THEN
            RAISE EXCEPTION 'the cycle is closed; its plan stays as it was'
                USING ERRCODE = 'check_violation';
        END IF;
        IF TG_OP = 'DELETE' THEN
            IF is_frozen THEN
                RAISE EXCEPTION 'a committed plan drops with a reason'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN OLD;
        END IF;
        IF NOT is_frozen THEN
            RETURN NEW;
        END IF;
        IF TG_OP = 'INSERT' THEN
            IF NEW.add_reason = '' OR NEW.add_note = '' THEN
                RAISE EXCEPTION 'a committed plan takes in with a reason'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END IF;
        IF (OLD.added_at, OLD.added_by_id, OLD.was_unplanned, OLD.add_reason, OLD.add_note,
            OLD.frozen_target_on, OLD.frozen_value)
            IS DISTINCT FROM
            (NEW.added_at, NEW.added_by_id, NEW.was_unplanned, NEW.add_reason, NEW.add_note,
            NEW.frozen_target_on, NEW.frozen_value)
        OR (OLD.dropped_at IS NOT NULL AND
            (OLD.dropped_at, OLD.dropped_by_id, OLD.drop_reason, OLD.drop_note)
            IS DISTINCT FROM
            (NEW.dropped_at, NEW.dropped_by_id, NEW.drop_reason, NEW.drop_note))
        OR (OLD.drop_decision_id IS NOT NULL
            AND OLD.drop_decision_id IS DISTINCT FROM NEW.drop_decision_id)
        THEN
            RAISE EXCEPTION 'what a committed plan says of the past stays'
                USING ERRCODE = 'check_violation';
        END IF;
        SELECT what, kind INTO told FROM planning_planchange
        WHERE commitment_id = NEW.id ORDER BY id DESC LIMIT 1;
        IF OLD.kind <> NEW.kind AND told.kind IS DISTINCT FROM NEW.kind THEN
            RAISE EXCEPTION 'a committed plan changes its kind with a reason'
                USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.frozen_kind <> NEW.frozen_kind
            AND (OLD.frozen_kind <> '' OR NEW.frozen_kind <> OLD.kind)
        THEN
            RAISE EXCEPTION 'what a committed plan says of the past stays'
                USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.dropped_at IS DISTINCT FROM NEW.dropped_at
            AND told.what IS DISTINCT FROM 'dropped'
        THEN
            RAISE EXCEPTION 'a committed plan drops with a reason'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)

CARRIED_FROM_ITSELF = pgtrigger.Trigger(
    name="carried_from_itself",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("carried_from_id"),
    condition=pgtrigger.Q(new__carried_from__isnull=False),
    func="""
        IF NOT EXISTS (
            SELECT 1 FROM planning_commitment
            WHERE id = NEW.carried_from_id AND initiative_id = NEW.initiative_id
            AND cycle_id <> NEW.cycle_id
        ) THEN
            RAISE EXCEPTION 'an initiative is carried over from another cycle'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)

FROZEN_DATES_STAY = pgtrigger.Trigger(
    name="frozen_dates_stay",
    when=pgtrigger.Before,
    operation=pgtrigger.UpdateOf("start_on", "target_on", "target_precision", "owner_id"),
    declare=[("untold", "text")],
    func="""
        IF (OLD.start_on, OLD.target_on, OLD.target_precision, OLD.owner_id)
            IS NOT DISTINCT FROM
            (NEW.start_on, NEW.target_on, NEW.target_precision, NEW.owner_id)
        THEN
            RETURN NEW;
        END IF;
        SELECT cycle.name INTO untold
        FROM planning_commitment commitment
        JOIN planning_cycle cycle ON cycle.id = commitment.cycle_id
            AND cycle.phase IN ('committed', 'active')
        JOIN planning_commitbaseline baseline ON baseline.cycle_id = cycle.id
        LEFT JOIN LATERAL (
            SELECT start_on, target_on, target_precision, owner_id FROM planning_planchange
            WHERE commitment_id = commitment.id ORDER BY id DESC LIMIT 1
        ) told ON true
        WHERE commitment.initiative_id = NEW.id AND commitment.dropped_at IS NULL
        AND (told.start_on, told.target_on, told.target_precision, told.owner_id)
            IS DISTINCT FROM
            (NEW.start_on, NEW.target_on, NEW.target_precision, NEW.owner_id)
        LIMIT 1;
        IF untold IS NOT NULL THEN
            RAISE EXCEPTION '% is committed: it is told who moves what, and why', untold
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)

BEFORE_THE_COMMIT = """
    IF (
        SELECT cycle.phase FROM planning_cycle cycle WHERE cycle.id = {cycle}
    ) IS DISTINCT FROM 'planning' THEN
        RAISE EXCEPTION 'a baseline is written at the commit only'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


def written_at_the_commit(cycle: str) -> pgtrigger.Trigger:
    """Let rows come only while the cycle, found by the SQL `cycle`, is still being planned."""
    return pgtrigger.Trigger(
        name="written_at_the_commit",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=BEFORE_THE_COMMIT.format(cycle=cycle),
    )
