"""Moments, dates and numbers in the words people read."""

import datetime
import re
from decimal import Decimal

from django.utils import timezone

# Marks that turn the text behind them, and what takes no room and has no meaning in a line.
_UNSEEN = re.compile("[\u200b\u200e\u200f\u061c\u202a-\u202e\u2060-\u206f\ufeff\u00ad]")
_JOINERS = "\u200c\u200d"  # they hold emoji and Persian words together

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def one_line(text: str) -> str:
    """Return text as a title may hold it: one line, nothing that turns it or cannot be seen."""
    found = " ".join(_UNSEEN.sub("", text).split())
    return found if found.strip(_JOINERS + " ") else ""


def relative(moment: datetime.datetime, now: datetime.datetime) -> str:
    """Return "2 h ago", "in 3 d", or the date when it is more than four weeks away."""
    seconds = (now - moment).total_seconds()
    size = abs(seconds)
    if size < 45:
        return "just now" if seconds >= 0 else "in a moment"
    if size >= 28 * _DAY:
        return short_date(_local(moment).date())
    if size < 55 * _MINUTE:
        amount = f"{max(1, round(size / _MINUTE))} min"
    elif size < 23.5 * _HOUR:
        amount = f"{max(1, round(size / _HOUR))} h"
    else:
        amount = f"{max(1, round(size / _DAY))} d"
    return f"{amount} ago" if seconds > 0 else f"in {amount}"


def exact(moment: datetime.datetime) -> str:
    """Return "Tue 3 Nov 2026, 14:05" in the current time zone."""
    local = _local(moment)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"


def short_date(date: datetime.date) -> str:
    return f"{date.day} {date:%b %Y}"


def long_date(date: datetime.date) -> str:
    return f"{date:%A} {date.day} {date:%B %Y}"


def initials(name: str) -> str:
    """Return up to two letters: first and last word of a name."""
    parts = [part for part in name.replace("@", " ").replace(".", " ").split() if part[0].isalnum()]
    if not parts:
        return "?"
    letters = parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")
    return letters.upper()


def figure(number, decimals=None) -> str:
    """Return "1,234.5"; one decimal below a hundred and none above, unless `decimals` says."""
    if number is None or number == "":
        return "–"
    if isinstance(number, str):
        number = Decimal(number)
    if decimals is None:
        is_whole = number == int(number)
        decimals = 0 if is_whole or abs(number) >= 100 else 1
    return f"{number:,.{int(decimals)}f}"


def percent(share) -> str:
    """Return a share of one as the scorecard writes it: "62.5 %", "80 %"; "n/a" of nothing."""
    if share is None:
        return "n/a"
    return f"{100 * share:,.1f}".removesuffix(".0") + " %"


def _local(moment: datetime.datetime) -> datetime.datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment
