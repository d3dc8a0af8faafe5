"""What `manage.py up` and `release` do: prepare the hub, then watch over its processes."""


class Refused(Exception):
    """The hub cannot start; the text says what is wrong and what to do, in one sentence."""
