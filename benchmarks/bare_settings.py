"""The hub's database and models under a Django with nothing else."""

from prodops.settings import *  # noqa: F403
from prodops.settings import INSTALLED_APPS, TEMPLATES

INSTALLED_APPS = [name for name in INSTALLED_APPS if not name.startswith("allauth")]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "benchmarks.bare"
TEMPLATES = [
    *TEMPLATES,
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "NAME": "plain"},
]
