"""The WSGI entry point."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from prodops import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prodops.settings")
embedded.serve_hub(settings.DATA_DIR, settings.EMBEDDED_SERVERS)
application = get_wsgi_application()
