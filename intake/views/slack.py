"""What Slack calls: checked, kept, acknowledged at once; a worker does the rest."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from intake import services
from prodops.integrations.secrets import SecretUnreadable
from prodops.integrations.slack import receiving
from prodops.integrations.slack.models import Call, Workspace

LONGEST_BODY = 200_000
REFUSED = {receiving.CallRefused: 401, receiving.Unreadable: 400, SecretUnreadable: 503}


@csrf_exempt
@login_not_required
@require_POST
def slack(request, token):
    """Take one call of Slack's: the signature is the permission, there is no session to protect."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or len(length) > 12 or int(length) > LONGEST_BODY:
        return _said("More than 200 kB.", 413)
    workspace = get_object_or_404(Workspace, token=token, is_active=True)
    try:
        told = _checked(request, workspace)
    except tuple(REFUSED) as refusal:
        return _said(str(refusal), REFUSED[type(refusal)])
    except receiving.TooManyCalls:
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    if told is None:
        return HttpResponse()
    if wrong := _wrong_fields(told):
        return JsonResponse({"response_action": "errors", "errors": wrong})
    call = services.take_call(workspace=workspace, body=request.body, told=told, at=now())
    if call is None and "X-Slack-Retry-Num" not in request.headers:
        return _said("This call was here before.", 409)
    return _acknowledged(told)


def _checked(request, workspace):
    signed_at = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    given = {"signed_at": signed_at, "signature": signature, "at": now()}
    receiving.check(workspace=workspace, body=request.body, **given)
    return receiving.read(request.body)


def _wrong_fields(told):
    """What the person must mend in the form before it is sent: Slack shows it at the field."""
    if told.kind != Call.Kind.SUBMISSION or told.payload["entered"].get("title", "").strip():
        return {}
    return {"title": "Say in one line what is needed."}


def _acknowledged(told):
    if told.kind != Call.Kind.COMMAND or not told.payload["text"].strip():
        return HttpResponse()
    return JsonResponse({"response_type": "ephemeral", "text": "Sending your request …"})


def _said(words, status):
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain")
