"""Files taken through an import, and support tickets with what hangs on them."""

from django.core.files.uploadedfile import SimpleUploadedFile

from intake.models import SupportTicket, TicketLink
from intake.services import tagging, tickets
from intake.services.imports import keeping, work
from prodops.audit.services import open_thread

HEAD = "External id,Title,Customer,Author email\r\n"
OPTIONS = {"time_zone": "UTC", "dates": "", "source": "csv"}


def kept(
    content="X-1,Export,Acme,a@example.com\r\n", *, head=HEAD, name="file.csv", by, at, **options
):
    """Hand a file in."""
    options = {"subject": "requests", **OPTIONS, **options}
    file = SimpleUploadedFile(name, (head + content).encode())
    return keeping.keep_file(file=file, by=by, at=at, **options)


def checked(*args, by, at, **options):
    """Hand a file in and check it."""
    importing = kept(*args, by=by, at=at, **options)
    keeping.start_check(importing=importing, mapping=importing.mapping, by=by, at=at)
    return _worked(importing, at)


def imported(*args, by, at, **options):
    """Take a file through an import; wrong rows are left out."""
    importing = checked(*args, by=by, at=at, **options)
    keeping.start_import(importing=importing, by=by, at=at, is_partial=True)
    return _worked(importing, at)


def _worked(importing, at):
    """Work at it unless the task did so at the commit, as where tasks are eager."""
    done = work.run(import_id=importing.pk, clock=lambda: at)
    if done is None:
        importing.refresh_from_db()
    return done or importing


def ticket(subject="Export fails", *, number="1", at, **fields):
    """Make a support ticket of Zendesk."""
    made = SupportTicket(
        source=fields.pop("source", "zendesk"),
        external_id=number,
        subject=subject,
        opened_at=at,
        **fields,
    )
    made.thread = open_thread(kind="ticket", key="TKT", title=subject, path="/")
    made.save()
    made.thread.key, made.thread.path = made.key, made.get_absolute_url()
    made.thread.save(update_fields=["key", "path"])
    return made


def attached(ticket, product_request, *, by, at):
    """Attach a ticket to a request and return the link."""
    tickets.attach_tickets(tickets=[ticket], product_request=product_request, by=by, at=at)
    return TicketLink.objects.get(ticket=ticket, product_request=product_request)


def tag_rule(tag="export", words=("export",), *, by, at):
    return tagging.set_rule(rule=None, tag=tag, words=list(words), by=by, at=at)
