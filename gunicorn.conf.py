"""How the web server runs; `up`, the image and a bare `gunicorn` all read this file."""

import gc
import os
import signal

from gunicorn.glogging import Logger

from prodops.embedded.privileges import die_with_parent
from prodops.health.logs import without_secrets


class LoggerWithoutProbes(Logger):
    """Leaves out of the log what load balancers ask every few seconds, and secret addresses."""

    def atoms(self, resp, req, environ, request_time):
        said = super().atoms(resp, req, environ, request_time)
        return {**said, "U": without_secrets(said["U"])}

    def access(self, resp, req, environ, request_time):
        if environ["PATH_INFO"] not in {"/healthz", "/readyz"}:
            super().access(resp, req, environ, request_time)


wsgi_app = "prodops.wsgi"
bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 25
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
control_socket_disable = True
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
logger_class = LoggerWithoutProbes
accesslog = "-"
access_log_format = "%(m)s %(U)s %(s)s %(M)s ms"


def post_fork(server, worker):
    """Let a killed server take its workers along."""
    die_with_parent(signal.SIGKILL)


def post_worker_init(worker):
    """Let the collector of garbage pass over what stays anyway: looking through it takes 0.2 s."""
    gc.collect()
    gc.freeze()
