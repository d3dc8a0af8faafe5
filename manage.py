#!/usr/bin/env python
"""Run a Django command for the hub, on the embedded servers unless the environment names others."""

import os
import signal
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from prodops import embedded

READER_GONE = 128 + signal.SIGPIPE
NEED_NO_SERVER = {"check", "collectstatic", "diffsettings", "findstatic", "help", "up", "version"}


def main() -> None:
    """Join the servers, then run the command; a wrong set-up is told in a sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prodops.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    try:
        if command not in NEED_NO_SERVER and not {"-h", "--help"} & set(sys.argv):
            embedded.join(settings.DATA_DIR, settings.EMBEDDED_SERVERS)
        execute_from_command_line(sys.argv)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has enough of it, such as `head`; Python would say so at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(READER_GONE)
    except (ImproperlyConfigured, embedded.Unavailable) as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
