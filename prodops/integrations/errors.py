"""What can go wrong with an outside system, in words a person can act on."""


class SourceError(Exception):
    """The source failed us; `str()` of it is shown on the run page and never holds a credential."""

    is_temporary = False
    is_final = False  # nothing gets better before a person acts


class SourceUnavailable(SourceError):
    """Network, gateway or an unreadable answer: worth trying again."""

    is_temporary = True


class SourceBusy(SourceUnavailable):
    """The source asks us to come back in `seconds`, too long to wait here."""

    def __init__(self, message: str, seconds: float):
        super().__init__(message)
        self.seconds = seconds


class LoginRefused(SourceError):
    """The credential is wrong or has expired: a person must act."""

    is_final = True


class AddressRefused(SourceError):
    """The address is not one the hub may call."""

    is_final = True
