"""The trigger of tables that are history."""

import pgtrigger


class AppendOnly(pgtrigger.Protect):
    """Refuse every update and delete of the table, whoever asks and however.

    Put `triggers = [AppendOnly()]` into the Meta of a model whose rows say what happened.
    """

    name = "immutable"
    operation = pgtrigger.Update | pgtrigger.Delete
