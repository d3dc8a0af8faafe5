"""The webhook of a connection: set up by an administrator, called by Jira, looked through."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from prodops.integrations.jira import webhooks
from prodops.integrations.models import Connection, Webhook, WebhookDelivery
from prodops.integrations.secrets import SecretUnreadable
from prodops.people.permissions import can_administer, can_run_operations, require
from prodops.ui import lists
from prodops.ui.toasts import toast

LONGEST_BODY = 1_000_000
DELIVERIES = lists.ListPage(
    slug="deliveries",
    title="Webhook calls",
    columns=(
        lists.Column("received", "Received", lambda call: call.received_at, ("received_at",)),
        lists.Column("event", "Event", lambda call: call.event, ("event",)),
        lists.Column("issue", "Issue", lambda call: call.issue_key, ("issue_key",)),
        lists.Column("state", "State", lambda call: call.get_state_display(), ("state",)),
        lists.Column("attempts", "Attempts", lambda call: call.attempts, ("attempts",), True),
        lists.Column("settled", "Settled", lambda call: call.settled_at, ("settled_at",)),
        lists.Column("note", "Note", lambda call: call.note),
    ),
    filters=(
        lists.Filter(
            "state",
            "State",
            lambda user: WebhookDelivery.State.choices,
            lambda calls, value, user: calls.filter(state=value),
        ),
    ),
    search=("issue_key__icontains", "event__icontains"),
    order=("-received_at", "-pk"),
    row_template="integrations/_delivery_row.html",
    empty_title="Nothing came yet",
    empty_text="Each call of Jira's is listed here for two weeks.",
    empty_icon="bolt",
    template="integrations/deliveries.html",
    noun="call",
    nouns="calls",
)


@csrf_exempt
@login_not_required
@require_POST
def delivery(request, token):
    """Take one call of Jira's: the signature is the permission, there is no session to protect."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or len(length) > 12 or int(length) > LONGEST_BODY:
        return HttpResponse("More than 1 MB.\n", status=413, content_type="text/plain")
    found = get_object_or_404(Webhook, token=token)
    given = {"signature": request.headers.get("X-Hub-Signature", "")}
    given["identifier"] = request.headers.get("X-Atlassian-Webhook-Identifier", "")
    try:
        webhooks.receive(webhook=found, body=request.body, at=now(), **given)
    except webhooks.CallRefused as refusal:
        return HttpResponse(f"{refusal}\n", status=401, content_type="text/plain")
    except SecretUnreadable as error:
        return HttpResponse(f"{error}\n", status=503, content_type="text/plain")
    except webhooks.TooManyCalls:
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    return HttpResponse(status=202)


@never_cache
@require_POST
@require(can_administer)
def webhook(request, slug):
    """Enter a webhook in Jira with a new secret; one to be entered by hand is shown this once."""
    jira = Connection.objects.visible_to(request.user).jira().fetched()
    found = get_object_or_404(jira, slug=slug)
    by_hand = request.POST.get("by_hand") == "1"
    if by_hand and Webhook.objects.filter(connection=found).exclude(jira_id="").exists():
        toast(request, "The webhook stands in Jira already; remove it first.", tone="negative")
        return redirect(found)
    made = webhooks.register(connection=found, by=request.user, at=now(), is_by_hand=by_hand)
    if not made.secret:
        toast(request, "Jira now tells the hub of each change.")
        return redirect(found)
    context = {"connection": found, "made": made}
    return render(request, "integrations/webhook_by_hand.html", context)


@require_POST
@require(can_administer)
def webhook_removal(request, slug):
    visible = Connection.objects.visible_to(request.user)
    found = get_object_or_404(Webhook.objects.filter(connection__in=visible), connection__slug=slug)
    refusal = webhooks.unregister(webhook=found)
    if refusal:
        toast(request, f"Removed here; take it out of Jira by hand. {refusal}", tone="negative")
    else:
        toast(request, "Removed the webhook. The schedule goes on.")
    return redirect(found.connection)


@require_GET
@require(can_run_operations)
def deliveries(request, slug):
    found = get_object_or_404(Connection.objects.visible_to(request.user), slug=slug)
    calls = WebhookDelivery.objects.filter(connection=found).for_display()
    return lists.respond(request, DELIVERIES, calls, context={"connection": found})
