from django.core.management.base import BaseCommand

from prodops.supervisor import Refused
from prodops.supervisor.hub import Hub, Stop


class Command(BaseCommand):
    help = "Start the whole hub in this terminal: servers, web, worker and beat. Ctrl-C stops it."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000, help="port of the web server (8000)")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument("--no-demo", action="store_true", help="start without the demo data")

    def handle(self, *, port, host, no_demo, **options):
        hub = Hub(self.stdout._out, host=host, port=port, demo=not no_demo)
        try:
            hub.start()
            hub.watch()
        except Stop:
            hub.console.line("hub", "Stopping …")
        except Refused as refusal:
            raise SystemExit(str(refusal)) from refusal
        finally:
            hub.stop()
