"""A readout as PDF, printed by a Chromium of the system."""

import subprocess  # noqa: S404 - a fixed program with fixed arguments
import tempfile
from pathlib import Path

from reporting.charts.png import NoChromium, NotDrawn, find_chromium

SECONDS = 60


def pdf(html: str) -> bytes:
    """Return `html` printed on A4; raises NoChromium without a browser, NotDrawn when it fails."""
    browser = find_chromium()
    if browser is None:
        raise NoChromium("No Chromium was found; install one or set CHROMIUM to its path.")
    with tempfile.TemporaryDirectory() as folder:
        page, printed = Path(folder, "readout.html"), Path(folder, "readout.pdf")
        page.write_text(html, encoding="utf-8")
        command = [
            *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"),
            *("--disable-background-networking", f"--user-data-dir={folder}/profile"),
            *(f"--print-to-pdf={printed}", page.as_uri()),
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)  # noqa: S603
            return printed.read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            raise NotDrawn(f"{browser} could not print the readout: {error}") from error
