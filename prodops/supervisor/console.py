"""Readable output of several processes in one terminal."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

COLOURS = {"hub": "1", "web": "36", "worker": "35", "beat": "33"}


class Console:
    """Writes whole lines, each with the name of the process it comes from."""

    def __init__(self, out: TextIO):
        self.out = out
        self.lock = threading.Lock()
        self.is_coloured = out.isatty() and "NO_COLOR" not in os.environ
        self.is_mid_line = False

    def line(self, source: str, text: str) -> None:
        self._write(f"{self._paint(f'{source:<7}│', COLOURS[source])} {text}\n")

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Show a step of the start while it runs, and how long it took."""
        started_at = time.monotonic()
        self._write(f"{self._paint('hub    │', COLOURS['hub'])} {text} … ", is_mid_line=True)
        try:
            yield
        except BaseException:
            self._write("\n" if self.is_mid_line else "")
            raise
        seconds = f"{time.monotonic() - started_at:.1f} s"
        if self.is_mid_line:
            self._write(f"{seconds}\n")
        else:
            self.line("hub", f"{text}: done in {seconds}")

    def block(self, lines: list[str]) -> None:
        """Write what a person must not miss, with room around it."""
        self._write("\n" + "".join(f"  {self._paint(line, '1')}\n" for line in lines) + "\n")

    def _paint(self, text: str, colour: str) -> str:
        return f"\033[{colour}m{text}\033[0m" if self.is_coloured else text

    def _write(self, text: str, *, is_mid_line: bool = False) -> None:
        with self.lock, suppress(OSError, ValueError):  # a closed terminal must not stop the hub
            is_new_line = is_mid_line or "│" in text[:20]
            if self.is_mid_line and is_new_line:
                self.out.write("\n")
            self.is_mid_line = is_mid_line
            self.out.write(text)
            self.out.flush()
