"""What the log leaves out."""

import logging
import re

# What stands behind these is the permission itself: read in a log, it would open the page. Of an
# address that was copied with a line break nothing is left either, wherever the break is.
SECRET_ADDRESS = re.compile(
    r"(/planning/(?:roadmap/shared|forums/calendars)/)[^\"'?#]+?(?=[\"'?#]| HTTP/| \d{3} \d+ ms|\Z)"
)


def without_secrets(text: str) -> str:
    """Take the secrets out of the addresses in a text."""
    return SECRET_ADDRESS.sub(r"\1…", text)


class BriefRefusals(logging.Filter):
    """Log a refused request in one line: who may not, or what is not there, is no fault of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True


class HiddenAddresses(logging.Filter):
    """Log of an address that is a permission that it was called, not how it goes on."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        told = without_secrets(said)
        if told != said:
            record.msg, record.args = told, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = without_secrets(record.exc_text)
        return True
