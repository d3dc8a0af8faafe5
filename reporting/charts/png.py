"""A figure as a PNG, drawn by Kaleido in a Chromium of the system."""

import os
import shutil
from typing import Any

from django.conf import settings

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


class NotDrawn(Exception):
    """The browser failed at this picture; another try may go well."""


class NoChromium(NotDrawn):
    """There is no browser here to draw a picture with; say so and show the table instead."""


def find_chromium() -> str | None:
    """Return the path of the Chromium to use: the CHROMIUM setting, or one on the path."""
    if settings.CHROMIUM:
        return shutil.which(settings.CHROMIUM)
    return next(filter(None, map(shutil.which, NAMES)), None)


def png(figure: dict[str, Any], *, width: int = 1120, height: int = 480, scale: float = 1) -> bytes:
    """Return `figure` as PNG bytes on white paper, for mail and print.

    Raises NoChromium where there is no browser, NotDrawn when it fails.
    """
    path = find_chromium()
    if path is None:
        raise NoChromium("No Chromium was found; install one or set CHROMIUM to its path.")
    os.environ["BROWSER_PATH"] = path
    import kaleido

    opts = {"format": "png", "width": width, "height": height, "scale": scale}
    try:
        return kaleido.calc_fig_sync(_on_paper(figure), opts=opts)
    except Exception as error:
        raise NotDrawn(f"Chromium failed: {type(error).__name__}: {error}") from error


def _on_paper(figure: dict[str, Any]) -> dict[str, Any]:
    grid = {"gridcolor": "#e8eaef", "zerolinecolor": "#c9cdd6"}
    layout = figure["layout"]
    return {
        "data": figure["data"],
        "layout": {
            **layout,
            "paper_bgcolor": "#ffffff",
            "plot_bgcolor": "#ffffff",
            "font": {"color": "#3d4354", "size": 14, "family": "Helvetica, Arial, sans-serif"},
            "xaxis": {**grid, **layout.get("xaxis", {})},
            "yaxis": {**grid, **layout.get("yaxis", {})},
            "height": None,
        },
    }
