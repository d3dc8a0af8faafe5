"""Requests from Slack: a call is kept, answered at once, and worked by a worker afterwards."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from intake import tasks
from intake.models import ProductRequest, RequestKind, SlackAsker, SlackMessage
from intake.services import slack_form
from intake.services.submission import submit
from prodops.integrations.errors import SourceError
from prodops.integrations.slack import services as slack
from prodops.integrations.slack.client import SlackClient
from prodops.integrations.slack.models import Call, Workspace
from prodops.integrations.slack.receiving import Told, keep
from prodops.integrations.slack.words import bare, escaped, plain, title_and_body
from prodops.people.models import User

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS, SWEPT = 3, 200
Unknown, State = Workspace.Unknown, Call.State
HELP = "Write what you need behind the command, such as: `/request Export all invoices of a year`."
MODAL_GONE = "Slack did not open the form in time. Please choose the shortcut again."


class Unwelcome(Exception):
    """The caller may not file anything; the message is what they are told."""


@transaction.atomic
def take_call(*, workspace: Workspace, body: bytes, told: Told, at: datetime) -> Call | None:
    """Keep a call and wake a worker after the commit; None when it was here before."""
    call = keep(workspace=workspace, body=body, told=told, at=at)
    if call:
        tasks.answer_slack.delay_on_commit(call.pk)
    return call


def sweep_calls(*, clock: Callable[[], datetime]) -> None:
    """Work what no worker was woken for or finished, and forget old calls."""
    at = clock()
    Call.objects.outlived(at).delete()
    for call in Call.objects.waiting(at).select_related("workspace")[:SWEPT]:
        if call.attempts >= MOST_ATTEMPTS:
            _give_up(call, call.note or "No worker came to its end with it.", at)
        else:
            tasks.answer_slack.delay_on_commit(call.pk)


def answer_call(*, call_pk: int, clock: Callable[[], datetime]) -> bool:
    """Work one call; False when another worker has it or it is done.

    Running it again does nothing twice: what it files carries the number of the call or message.
    """
    at = clock()
    call = _claim(call_pk, at)
    if call is None:
        return False
    try:
        client = slack.client_for(call.workspace)
        note = WORK[Call.Kind(call.kind)](call, client, at)
    except Unwelcome as refusal:
        note = _say(call, client, str(refusal))
    except SourceError as error:
        _failed(call, error, clock())
        return True
    _settle(call, State.DONE, note, clock())
    return True


def _claim(call_pk: int, at: datetime) -> Call | None:
    free = Call.objects.waiting(at).filter(pk=call_pk)
    if not free.update(leased_until=at + LEASE, attempts=F("attempts") + 1):
        return None
    return Call.objects.select_related("workspace__stand_in").get(pk=call_pk)


def _failed(call: Call, error: SourceError, at: datetime) -> None:
    """Leave it to the sweeper while trying again may help."""
    if error.is_temporary and call.attempts < MOST_ATTEMPTS:
        Call.objects.filter(pk=call.pk).update(note=str(error))
        return
    _give_up(call, str(error), at)


def _give_up(call: Call, note: str, at: datetime) -> None:
    """Settle it as failed and tell who called: they were told that it is being sent."""
    _settle(call, State.FAILED, note, at)
    mine = settings.SITE_URL + reverse("intake:mine")
    words = f"Something went wrong. Look at {mine} and ask there, if your request is missing."
    try:
        _say(call, slack.client_for(call.workspace), words)
    except SourceError:
        return  # nobody can be told without the secrets


def _settle(call: Call, state: str, note: str, at: datetime) -> None:
    Call.objects.filter(pk=call.pk).update(state=state, note=note, settled_at=at, leased_until=None)


def _command(call: Call, client: SlackClient, at: datetime) -> str:
    text = plain(call.payload["text"])
    if not text:
        return _say(call, client, HELP)
    title, body = title_and_body(text)
    kinds = slack_form.kinds()
    if not kinds:
        raise Unwelcome("The hub takes no requests now: all their kinds are switched off.")
    kind = kinds[0][0]
    wish = {"title": title, "body": body, "kind": kind, "urgency": "normal"}
    made, _ = _file(call, client, wish, external_id=f"call/{call.pk}", at=at)
    return _say(call, client, f"Sent {_link(made)}. {_promise(made)}")


def _shortcut(call: Call, client: SlackClient, at: datetime) -> str:
    """Open the form over a message, or say that it is here already."""
    known = _filed_before(call)
    if known:
        return _say(call, client, f"This message is already {_link(known)}.")
    try:
        client.open_view(call.payload["trigger_id"], slack_form.form_for(call.payload))
    except SourceError as error:
        _say(call, client, MODAL_GONE)
        return f"No form was opened: {error}"
    return "Opened the form."


def _submission(call: Call, client: SlackClient, at: datetime) -> str:
    known = _filed_before(call)
    if known:
        return _say(call, client, f"This message is already {_link(known)}.")
    wish = call.payload["entered"]
    made, is_new = _file(call, client, wish, external_id=_message_key(call), at=at)
    if not is_new:
        return _say(call, client, f"This message is already {_link(made)}.")
    return _say(call, client, f"Sent {_link(made)}. {_promise(made)}")


WORK = {
    Call.Kind.COMMAND: _command,
    Call.Kind.SHORTCUT: _shortcut,
    Call.Kind.SUBMISSION: _submission,
}


def _file(
    call: Call, client: SlackClient, wish: dict[str, Any], *, external_id: str, at: datetime
) -> tuple[ProductRequest, bool]:
    """File it once; return the request, and whether it was filed now."""
    if made := _known(external_id):
        return made, False
    author, stranger = _author(call, client)
    link = _permalink(call, client)
    words = {**_words(wish, stranger), "external_id": external_id}
    source = ProductRequest.Source.SLACK
    try:
        with transaction.atomic():
            made = submit(author=author, by=author, at=at, source=source, **words)
            _keep_message(call, made, link)
            _keep_asker(call, made, stranger)
    except IntegrityError:  # another worker filed this very message meanwhile
        made = _known(external_id)
        if made is None:
            raise
        return made, False
    return made, True


def _words(wish: dict[str, Any], stranger: str) -> dict[str, Any]:
    """Return what was entered in Slack as `submit` takes it; `stranger` is somebody unknown."""
    whom = f"Asked in Slack by {stranger}." if stranger else ""
    kind = RequestKind.objects.filter(slug=wish.get("kind"), is_active=True).first()
    return {
        "kind": kind or RequestKind.objects.get(slug=slack_form.kinds()[0][0]),
        "title": " ".join((wish.get("title") or "").split())[:300] or "Asked in Slack",
        "body": f"{wish.get('body') or ''}\n\n{whom}".strip()[:20_000],
        "urgency": _urgency(wish.get("urgency")),
    }


def _known(external_id: str) -> ProductRequest | None:
    source = ProductRequest.Source.SLACK
    return ProductRequest.objects.filter(source=source, external_id=external_id).first()


def _keep_message(call: Call, made: ProductRequest, link: str) -> None:
    if call.payload.get("ts"):
        SlackMessage.objects.create(
            product_request=made,
            workspace=call.workspace,
            channel=call.payload["channel"][:40],
            message_id=call.payload["ts"][:40],
            permalink=link,
        )


def _keep_asker(call: Call, made: ProductRequest, stranger: str) -> None:
    """Remember somebody without an account, so that they hear in Slack what becomes of it."""
    if stranger:
        SlackAsker.objects.create(
            product_request=made,
            workspace=call.workspace,
            user_id=call.payload["user_id"][:40],
            name=stranger[:120],
        )


def _permalink(call: Call, client: SlackClient) -> str:
    """Return where the message stands; a channel our bot may not see has no link for us."""
    if not call.payload.get("ts"):
        return ""
    try:
        return client.permalink(call.payload["channel"], call.payload["ts"])[:500]
    except SourceError as error:
        if error.is_temporary:
            raise
        return ""


def _author(call: Call, client: SlackClient) -> tuple[User, str]:
    """Return in whose name it is filed, and the name of somebody we do not know."""
    email, name = client.person(call.payload["user_id"])
    known = User.objects.active().filter(email__iexact=email).first() if email else None
    if known:
        return known, ""
    workspace = call.workspace
    stand_in = workspace.stand_in
    if workspace.unknown_people == Unknown.STAND_IN and stand_in and stand_in.is_active:
        return stand_in, name or call.payload["user_name"] or "somebody"
    raise Unwelcome(
        f"The hub does not know {email or 'your e-mail address'}. Ask at {settings.SITE_URL}, or an"
        " administrator for an account."
    )


def _filed_before(call: Call) -> ProductRequest | None:
    if not call.payload.get("ts"):
        return None
    found = SlackMessage.objects.filter(
        workspace=call.workspace, channel=call.payload["channel"], message_id=call.payload["ts"]
    )
    kept = found.select_related("product_request__thread").first()
    return kept.product_request if kept else None


def _message_key(call: Call) -> str:
    """Return what makes a message one of its kind; a form without a message is its own call."""
    if not call.payload.get("ts"):
        return f"call/{call.pk}"
    return f"{call.workspace_id}/{call.payload['channel']}/{call.payload['ts']}"[:120]


def _say(call: Call, client: SlackClient, text: str) -> str:
    """Tell the caller, at the address the call gave, else in person; return the words.

    That the words do not arrive changes nothing about what was done.
    """
    address = call.payload.get("response_url") or call.payload.get("reply_to")
    try:
        if address:
            client.reply(address, text)
        else:
            client.tell(call.payload["user_id"], text)
    except SourceError as error:
        return f"{bare(text)} (not told: {error})"
    return bare(text)


def _link(product_request: ProductRequest) -> str:
    return f"<{settings.SITE_URL}{product_request.thread.path}|{escaped(product_request.key)}>"


def _promise(product_request: ProductRequest) -> str:
    """Say when there is an answer, in their own time, and to strangers that it comes here."""
    is_known = not SlackAsker.objects.filter(product_request=product_request).exists()
    zone = product_request.author.time_zone if is_known else product_request.calendar().time_zone
    due = product_request.answer_due_at.astimezone(ZoneInfo(zone))
    words = f"We answer by {due:%a} {due.day} {due:%b, %H:%M}"
    return f"{words}." if is_known else f"{words}, in a message like this one."


def _urgency(value: str | None) -> str:
    known = ProductRequest.Urgency
    return value if value in known.values else known.NORMAL
