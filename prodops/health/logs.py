"""What the log leaves out."""

import logging


class BriefRefusals(logging.Filter):
    """Log a refused request in one line: who may not, or what is not there, is no fault of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True
