"""Every setting of the hub; what differs between places comes from the environment."""

from csp.constants import NONCE, NONE, SELF

from prodops.environment import *  # noqa: F403 (each capital there is a setting)
from prodops.environment import (
    ATTACHMENT_BYTES,
    BASE_DIR,
    BEHIND_PROXY,
    CACHE_URL,
    CONN_MAX_AGE,
    DATA_DIR,
    DATABASES,
    EMAIL_SETTINGS,
    FILE_STORAGE,
    LOG_LEVEL,
    REDIS_PREFIX,
    REDIS_URL,
    SECURE,
    TIME_ZONE,
)

DATABASES["default"] |= {"CONN_HEALTH_CHECKS": True, "CONN_MAX_AGE": CONN_MAX_AGE}
# Rows come with eight or nine small tables joined: Postgres would search every order of them, for
# longer than the query then runs. Four at a time finds the same plans.
DATABASES["default"]["OPTIONS"] = {
    "connect_timeout": 5,
    "options": "-c join_collapse_limit=4",
} | DATABASES["default"].get("OPTIONS", {})

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
    "prodops.integrations.amplitude",
    "prodops.integrations.slack",
    "prodops.integrations.mailbox",
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
    "prodops.people.api.middleware.bearer",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "prodops.people.middleware.own_time_zone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "prodops.ui.middleware.refused_methods",
    "prodops.ui.middleware.htmx_pages",
    "prodops.ui.middleware.private_pages",
    "prodops.audit.middleware.actor",
    "prodops.people.api.middleware.repeatable",
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
                "reporting.context.attention",
            ],
            "builtins": ["prodops.ui.templatetags.ui"],
        },
    }
]

CACHES = {
    name: {
        "BACKEND": f"prodops.cache.{backend}",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": f"{REDIS_PREFIX}cache",
    }
    for name, backend in {"default": "ValkeyCache", "sessions": "SessionCache"}.items()
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_CACHE_ALIAS = "sessions"
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
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "prodops.ui.finders.PlotlyFinder",
]
STORAGES = {
    "default": FILE_STORAGE,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "media"
FILE_UPLOAD_HANDLERS = [
    "prodops.ui.uploads.CappedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o640
UPLOAD_LIMITS = {"files": ATTACHMENT_BYTES}  # by the name of the field; any other may hold 2 GB

# Django takes a default time of day for a mistaken "now" whenever it happens to be that time.
SILENCED_SYSTEM_CHECKS = ["fields.W161"]

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
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BEHIND_PROXY:
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
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
}
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
# A dead child's job holds a place of the worker until it is given back: ten seconds by default.
CELERY_WORKER_LOST_WAIT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1, "interval_max": 0.2}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "prodops.integrations.jira.tasks.deliver_write": {"queue": "default"},
    "prodops.integrations.jira.tasks.sweep_writes": {"queue": "default"},
    "prodops.integrations.tasks.apply_deliveries": {"queue": "default"},
    "prodops.integrations.tasks.sweep_deliveries": {"queue": "default"},
    "prodops.integrations.tasks.retry_records": {"queue": "default"},
    "prodops.integrations.slack.tasks.*": {"queue": "default"},
    "prodops.integrations.*": {"queue": "sync"},
    "intake.tasks.run_import": {"queue": "sync"},
    "prodops.notifications.*": {"queue": "mail"},
    "reporting.*": {"queue": "render"},
}
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = TIME_ZONE

DEFAULT_EXCEPTION_REPORTER = "prodops.integrations.secrets.ConcealingReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "prodops.integrations.secrets.HiddenVariables"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "filters": {
        "concealing": {"()": "prodops.integrations.secrets.Concealing"},
        "addresses": {"()": "prodops.health.logs.HiddenAddresses"},
        "brief": {"()": "prodops.health.logs.BriefRefusals"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["brief", "concealing", "addresses"],
        }
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "jira": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},
        "kaleido": {"level": "WARNING"},
        "choreographer": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
    },
}
