"""What people ask the demo organisation for, and the initiatives that answer; read from a file.

The first four initiatives of a squad answer its four wishes, in order.
"""

import tomllib
from pathlib import Path
from typing import NamedTuple


class Wanted(NamedTuple):
    """One thing people ask for, in several wordings."""

    category: str
    wordings: list[str]
    body: str
    why: str


_told = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
INITIATIVES: dict[str, list[str]] = _told.pop("initiatives")
WISHES: dict[str, list[Wanted]] = {
    squad: [Wanted(**wish) for wish in wishes] for squad, wishes in _told.items()
}
