"""Reads the environment of the hub; a setting that is missing or wrong stops the start by name."""

import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

from prodops import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()
env.read_env(env.str("ENV_FILE", str(BASE_DIR / ".env")), recurse=False)

try:
    DEBUG = env.bool("DEBUG", False)
    DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / ".data"))).resolve()
    SECRET_KEY = env.str("SECRET_KEY", "") or embedded.local_secret(DATA_DIR, "secret_key")
    CREDENTIALS_KEYS = env.list("CREDENTIALS_KEYS", []) or [
        embedded.local_secret(DATA_DIR, "credentials_key")
    ]
    SITE_URL = (env.str("SITE_URL", "") or embedded.last_address(DATA_DIR)).rstrip("/")
    ALLOWED_HOSTS = env.list(
        "ALLOWED_HOSTS", [urlsplit(SITE_URL).hostname, "localhost", "127.0.0.1", "[::1]"]
    )
    CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
    EMBEDDED_SERVERS = [
        server
        for server, variable in (("postgres", "DATABASE_URL"), ("valkey", "REDIS_URL"))
        if not env.str(variable, "")
    ]
    DATABASES = {"default": env.dj_db_url("DATABASE_URL", embedded.database_url(DATA_DIR))}
    REDIS_URL = env.str("REDIS_URL", embedded.redis_url(DATA_DIR))
    CACHE_URL = env.str("CACHE_URL", REDIS_URL)
    REDIS_PREFIX = env.str("REDIS_PREFIX", "")
    EMAIL_SETTINGS = env.dj_email_url("EMAIL_URL", "") if env.str("EMAIL_URL", "") else None
    DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Prodops Hub <hub@localhost>")
    ORGANISATION_NAME = env.str("ORGANISATION_NAME", "Northwind Product")
    TIME_ZONE = env.str("TIME_ZONE", "Europe/Berlin")
    # Berlin's holidays go with Berlin's time alone: who names another zone names their own.
    HOLIDAY_CALENDAR = env.str("HOLIDAY_CALENDAR", "" if env.str("TIME_ZONE", "") else "DE-BE")
    EMBEDDING_MODEL = env.str("EMBEDDING_MODEL", "")
    ADMIN_EMAIL = env.str("ADMIN_EMAIL", "").strip().lower()
    ADMIN_PASSWORD = env.str("ADMIN_PASSWORD", "")
    ALLOW_PRIVATE_URLS = env.bool("ALLOW_PRIVATE_URLS", False)
    CONNECTIONS_ENVIRONMENT = {
        f"{system}_{name}": env.str(f"{system}_{name}", "")
        for system, names in {
            "JIRA": ("URL", "USER", "TOKEN", "PROJECTS", "KIND"),
            "AMPLITUDE": ("URL", "API_KEY", "SECRET_KEY", "TIME_ZONE"),
        }.items()
        for name in names
    }
    CONN_MAX_AGE = env.int("CONN_MAX_AGE", 60)
    ATTACHMENT_BYTES = env.int("ATTACHMENT_MEGABYTES", 25) << 20
    BUCKET = {
        "bucket_name": env.str("FILES_BUCKET", ""),
        "endpoint_url": env.str("FILES_ENDPOINT_URL", ""),
        "region_name": env.str("FILES_REGION", ""),
        "access_key": env.str("FILES_ACCESS_KEY", ""),
        "secret_key": env.str("FILES_SECRET_KEY", ""),
        "location": env.str("FILES_PREFIX", ""),
    }
    STATIC_ROOT = Path(env.str("STATIC_ROOT", str(DATA_DIR / "static")))
    LOG_LEVEL = env.str("LOG_LEVEL", "INFO").upper()
    BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
    SECURE = env.bool("SECURE", SITE_URL.startswith("https://"))
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", SECURE)
    CHROMIUM = env.str("CHROMIUM", "") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
    )
except (EnvError, ValueError) as error:
    raise ImproperlyConfigured(f"The environment is wrong: {error}") from error
except OSError as error:
    raise ImproperlyConfigured(
        f"DATA_DIR {DATA_DIR} cannot be used: {error.strerror} ({error.filename})."
    ) from error


# Files people attach: a folder, or a bucket when one is named. They are only ever served by a view.
FILE_STORAGE: dict[str, object] = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
if BUCKET["bucket_name"]:
    FILE_STORAGE = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {option: value for option, value in BUCKET.items() if value}
        | {"file_overwrite": False, "default_acl": None},
    }


def _require(condition: object, sentence: str) -> None:
    if not condition:
        raise ImproperlyConfigured(sentence)


def _is_time_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _is_holiday_calendar(code: str) -> bool:
    country, _, region = code.partition("-")
    try:
        return not code or holidays.country_holidays(country, subdiv=region or None) is not None
    except (NotImplementedError, TypeError):
        return False


_require(
    urlsplit(SITE_URL).scheme in ("http", "https") and urlsplit(SITE_URL).hostname,
    f"SITE_URL must be an address like https://hub.example.com, not {SITE_URL!r}.",
)
for _name in ("SECRET_KEY", "CREDENTIALS_KEYS"):
    _require(
        env.str(_name, "") or not SITE_URL.startswith("https://"),
        f"{_name} must be set when SITE_URL begins with https://.",
    )
_require(
    DATABASES["default"].get("ENGINE") == "django.db.backends.postgresql",
    "DATABASE_URL must begin with postgres:// or postgresql://: the hub runs on PostgreSQL.",
)
for _name, _url in (("REDIS_URL", REDIS_URL), ("CACHE_URL", CACHE_URL)):
    _require(
        _url.startswith(("redis://", "rediss://", "unix://")),
        f"{_name} must begin with redis://, rediss:// or unix://.",
    )
_require(
    EMAIL_SETTINGS is None or EMAIL_SETTINGS.get("EMAIL_BACKEND"),
    "EMAIL_URL must look like smtp://user:password@host:587.",
)
_require(
    _is_time_zone(TIME_ZONE), f"TIME_ZONE must be a name like Europe/Berlin, not {TIME_ZONE!r}."
)
_require(
    _is_holiday_calendar(HOLIDAY_CALENDAR),
    "HOLIDAY_CALENDAR must be a country or a region of it, such as DE or DE-BE,"
    f" not {HOLIDAY_CALENDAR!r}.",
)
_require(0 < ATTACHMENT_BYTES <= 1 << 30, "ATTACHMENT_MEGABYTES must be a number from 1 to 1024.")
_require(
    BUCKET["bucket_name"] or not any(BUCKET.values()),
    "FILES_BUCKET must be set when another FILES_… setting is.",
)
_require(
    not ADMIN_EMAIL or re.fullmatch(r"[^@\s]+@[^@\s]+", ADMIN_EMAIL),
    f"ADMIN_EMAIL must be an e-mail address, not {ADMIN_EMAIL!r}.",
)
_require(
    LOG_LEVEL in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
    f"LOG_LEVEL must be DEBUG, INFO, WARNING, ERROR or CRITICAL, not {LOG_LEVEL!r}.",
)
