"""Why the hub will not do something, in words a person can act on."""

from django.core.exceptions import PermissionDenied

from intake import services as intake


class Refusal(intake.Refusal):
    """The hub will not do that; `field` names the form field that would have to change."""

    def __init__(self, message: str, *, field: str = ""):
        super().__init__(message)
        self.field = field


class NoTemplate(Refusal):
    """No readiness template is active for the tier and kind."""


class NotOpen(Refusal):
    """The launch has shipped or was cancelled."""


class WrongState(Refusal):
    """The item, sign-off or launch is not at a point where this can be done."""


class AlreadyDecided(Refusal):
    """Somebody else decided this sign-off first."""


class NotInFunction(PermissionDenied):
    """Only a member of the function may decide its sign-offs."""
