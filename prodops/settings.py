"""Every setting of the hub, read from the environment; a wrong or missing one stops the start."""

import shutil
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
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
    SITE_URL = env.str("SITE_URL", "http://localhost:8000").rstrip("/")
    ALLOWED_HOSTS = env.list(
        "ALLOWED_HOSTS", [urlsplit(SITE_URL).hostname, "localhost", "127.0.0.1", "[::1]"]
    )
    CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [])
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
    HOLIDAY_CALENDAR = env.str("HOLIDAY_CALENDAR", "")
    ADMIN_EMAIL = env.str("ADMIN_EMAIL", "").strip().lower()
    ADMIN_PASSWORD = env.str("ADMIN_PASSWORD", "")
    ALLOW_PRIVATE_URLS = env.bool("ALLOW_PRIVATE_URLS", False)
    CONNECTIONS_ENVIRONMENT = {
        f"{system}_{name}": env.str(f"{system}_{name}", "")
        for system, names in {
            "JIRA": ("URL", "USER", "TOKEN", "PROJECTS", "KIND"),
            "AMPLITUDE": ("URL", "API_KEY", "SECRET_KEY"),
        }.items()
        for name in names
    }
    SECURE = env.bool("SECURE", SITE_URL.startswith("https://"))
    CHROMIUM = env.str("CHROMIUM", "") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
    )
except (EnvError, ValueError) as error:
    raise ImproperlyConfigured(f"The environment is wrong: {error}") from error
except OSError as error:
    raise ImproperlyConfigured(
        f"DATA_DIR {DATA_DIR} cannot be used: {error.strerror} ({error.filename})."
    ) from error

if SITE_URL.startswith("https://"):
    for name in ("SECRET_KEY", "CREDENTIALS_KEYS"):
        if not env.str(name, ""):
            raise ImproperlyConfigured(f"{name} must be set when SITE_URL begins with https://.")
if urlsplit(SITE_URL).scheme not in ("http", "https") or not urlsplit(SITE_URL).hostname:
    raise ImproperlyConfigured(
        f"SITE_URL must be an address like https://hub.example.com, not {SITE_URL!r}."
    )
if not REDIS_URL.startswith(("redis://", "rediss://", "unix://")):
    raise ImproperlyConfigured("REDIS_URL must begin with redis://, rediss:// or unix://.")

if DATABASES["default"].get("ENGINE") != "django.db.backends.postgresql":
    raise ImproperlyConfigured(
        "DATABASE_URL must begin with postgres:// or postgresql://: the hub runs on PostgreSQL."
    )
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 5)
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 60)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "django_celery_beat",
    "django_htmx",
    "csp",
    "heroicons",
    "pgtrigger",
    "prodops.apps.ProdopsConfig",
    "prodops.health",
    "prodops.ui",
    "prodops.people",
    "prodops.audit",
    "prodops.notifications",
    "prodops.integrations",
    "prodops.integrations.jira",
    "intake",
    "planning",
    "launches",
    "reporting",
    "prodops.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "prodops.ui.middleware.htmx_pages",
    "prodops.ui.middleware.private_pages",
    "prodops.audit.middleware.actor",
]

ROOT_URLCONF = "prodops.urls"
WSGI_APPLICATION = "prodops.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "prodops.ui.context.shell",
            ],
            "builtins": ["prodops.ui.templatetags.ui"],
        },
    }
]

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": f"{REDIS_PREFIX}cache",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 14 * 24 * 3600

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "prodops.people.adapter.AccountAdapter"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True

LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "prodops.ui.finders.PlotlyFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "media"

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if EMAIL_SETTINGS:
    globals().update(EMAIL_SETTINGS)
    EMAIL_TIMEOUT = 20
    if EMAIL_SETTINGS["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
        EMAIL_BACKEND = "prodops.notifications.smtp.EmailBackend"
else:
    EMAIL_BACKEND = "prodops.notifications.outbox.EmailBackend"
OUTBOX_DIR = DATA_DIR / "outbox"

CSRF_COOKIE_HTTPONLY = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-sessionid" if SECURE else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if SECURE else "csrftoken"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", SECURE)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace(
    "?db=", "?virtual_host="
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_VISIBILITY_TIMEOUT = 3600
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": CELERY_VISIBILITY_TIMEOUT,
    "unacked_restore_throttle": 1,
    "global_keyprefix": REDIS_PREFIX,
}
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "prodops.integrations.*": {"queue": "sync"},
    "prodops.notifications.*": {"queue": "mail"},
    "reporting.*": {"queue": "render"},
}
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = TIME_ZONE

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {"jira": {"level": "WARNING"}, "urllib3": {"level": "WARNING"}},
}
