"""How far an objective is, from what hangs below it: pure arithmetic over weights and shares."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db import models


class Outlook(models.TextChoices):
    """What people, or a machine, say of a key result; the later ones are the weaker ones."""

    ON_TRACK = "on_track", "On track"
    UNKNOWN = "unknown", "Not reported"
    AT_RISK = "at_risk", "At risk"
    OFF_TRACK = "off_track", "Off track"


WEAKNESS = {outlook: place for place, outlook in enumerate(Outlook.values)}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a key result or an objective stands.

    `progress` is shown and lies in 0 to 1; `raw` is the same before it was clamped: below 0 where
    things got worse than the baseline, above 1 beyond the target. Both are None where nothing
    below can be measured. `measured` and `unmeasured` count the key results that can and cannot.
    """

    progress: float | None
    raw: float | None
    outlook: str
    measured: int = 0
    unmeasured: int = 0

    @property
    def percent(self) -> int | None:
        """The progress as people read it: whole per cent, and 100 only when all is reached."""
        return None if self.progress is None else int(self.progress * 100 + 1e-9)


class Part(NamedTuple):
    """A key result or an objective below another, and how much it weighs there."""

    weight: int
    standing: Standing


NOTHING = Standing(progress=None, raw=None, outlook=Outlook.UNKNOWN)


def of_measure(
    *, baseline: float | None, target: float | None, current: float | None, outlook: str
) -> Standing:
    """Return how a key result stands; before its first value it stands at its baseline.

    The way from the baseline to the target is the same whether the value is to rise or to fall.
    """
    if baseline is None or target is None or baseline == target:
        return Standing(progress=None, raw=None, outlook=outlook, unmeasured=1)
    raw = 0.0 if current is None else (current - baseline) / (target - baseline)
    return Standing(progress=min(1.0, max(0.0, raw)), raw=raw, outlook=outlook, measured=1)


def roll_up(parts: Iterable[Part]) -> Standing:
    """Return the weighted mean of the parts that can be measured, and the weakest outlook.

    The mean is taken of the clamped shares, so that a key result far beyond its target hides none
    that fails; `raw` is the mean of the raw ones. A part of weight 0 is shown and counts nothing.
    """
    counted = [one for one in parts if one.weight > 0]
    known = [one for one in counted if one.standing.progress is not None]
    whole = sum(one.weight for one in known)
    return Standing(
        progress=_mean([(one.weight, one.standing.progress) for one in known], whole),
        raw=_mean([(one.weight, one.standing.raw) for one in known], whole),
        outlook=weakest(one.standing.outlook for one in counted),
        measured=sum(one.standing.measured for one in counted),
        unmeasured=sum(one.standing.unmeasured for one in counted),
    )


def weakest(outlooks: Iterable[str]) -> str:
    """Return the weakest of them; nobody reported anything where there is none."""
    return max(outlooks, key=lambda one: WEAKNESS[one], default=Outlook.UNKNOWN.value)


def _mean(weighted: list[tuple[int, float | None]], whole: int) -> float | None:
    return sum(weight * (share or 0.0) for weight, share in weighted) / whole if whole else None
