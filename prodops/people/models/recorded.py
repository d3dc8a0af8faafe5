"""The trigger that feeds the change history."""

import pgtrigger


class Recorded(pgtrigger.Trigger):
    """Write every insert, update and delete of the table to the change history.

    Put `triggers = [Recorded()]` into the Meta of each domain model; `Recorded(ignore=("cursor",))`
    leaves out columns whose changes say nothing. The function it calls belongs to audit; the class
    lives here because people are recorded too and audit stands above them.
    """

    name = "recorded"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    ignore: tuple[str, ...] = ()

    def __init__(self, *, ignore=(), **options):
        super().__init__(**options)
        self.ignore = tuple(ignore)

    def get_func(self, model):
        less = f" - '{{{','.join(self.ignore)}}}'::text[]" if self.ignore else ""
        return (
            "PERFORM audit_record("
            f"TG_TABLE_NAME, TG_OP, to_jsonb(OLD){less}, to_jsonb(NEW){less}); RETURN NULL;"
        )
