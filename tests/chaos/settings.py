"""The project's settings without gathered static files, which no check asks for."""

from prodops.settings import *  # noqa: F403
from prodops.settings import STORAGES

STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
}
