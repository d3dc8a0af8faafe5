"""The project's settings for tests, on servers of their own when the environment names none."""

import atexit
import os
import tempfile
from pathlib import Path

from prodops import embedded

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")

os.environ["ENV_FILE"] = os.devnull
os.environ["REDIS_PREFIX"] = f"{WORKER}-{os.getpid()}:"
os.environ["HOLIDAY_CALENDAR"] = ""
os.environ.setdefault("ORGANISATION_NAME", "Northwind Product")
os.environ.setdefault("SITE_URL", "http://localhost:8000")
if not os.environ.get("DATABASE_URL"):
    data_dir = Path(tempfile.mkdtemp(prefix="hub-tests-", dir="/tmp")).resolve()
    embedded.join(data_dir, ["postgres", "valkey"], options=("--volatile", "--discard"))
    atexit.register(embedded.leave)
    os.environ["DATA_DIR"] = str(data_dir)
    os.environ["DATABASE_URL"] = embedded.database_url(data_dir)
    os.environ["REDIS_URL"] = embedded.redis_url(data_dir)

from prodops.settings import *  # noqa: E402, F403
from prodops.settings import DATA_DIR  # noqa: E402

CACHES = {
    name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    for name in ("default", "sessions")
}
CELERY_TASK_ALWAYS_EAGER = CELERY_TASK_EAGER_PROPAGATES = True
MEDIA_ROOT = DATA_DIR / WORKER / "media"
OUTBOX_DIR = DATA_DIR / WORKER / "outbox"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
