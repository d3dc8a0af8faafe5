"""Why an act of reporting is refused."""


class Refusal(Exception):
    """The record cannot take this step; the message says why."""
