"""What is said about a request."""

from django.utils import timezone
from ninja import Path, Query, Router
from ninja.responses import Status

from intake.api.finding import one_of
from intake.api.shapes import CommentPage, CommentShape, NewComment, PageWanted
from intake.api.showing import named
from intake.models import ProductRequest
from prodops.audit.models import Comment, Thread
from prodops.audit.services import TooManyComments
from prodops.notifications.forms import CommentForm
from prodops.notifications.services import say
from prodops.people.api.building import READS, WRITES
from prodops.people.api.pages import page_of
from prodops.people.api.problems import Problem, of_form
from prodops.people.permissions import can_comment, require

router = Router(tags=["Comments"])
ADDRESS = "/requests/{int:pk}/comments/"


@router.get(ADDRESS, response=CommentPage, summary="List comments", **READS)
def list_comments(request, pk: Path[int], wanted: Query[PageWanted]):
    """What you may read of what was said, newest first."""
    thread = _thread(request.user, pk)
    said = Comment.objects.visible_to(request.user).filter(thread=thread).select_related("by")
    found, following = page_of(said, cursor=wanted.cursor, limit=wanted.limit)
    return {"items": [_show(each) for each in found], "next": following}


@router.post(ADDRESS, response={201: CommentShape}, summary="Comment", **WRITES)
@require(can_comment)
def comment_on_request(request, pk: Path[int], new: NewComment):
    """Say something that the requester reads too; @name mentions somebody."""
    thread = _thread(request.user, pk)
    form = CommentForm({"body": new.body, "audience": "public"})
    if not form.is_valid():
        raise of_form(form)
    words = {"body": form.cleaned_data["body"], "is_public": True}
    try:
        made = say(thread=thread, by=request.user, at=timezone.now(), **words)
    except TooManyComments as refusal:
        raise Problem(429, str(refusal), headers={"Retry-After": "60"}) from None
    return Status(201, _show(made))


def _thread(user, pk: int) -> Thread:
    product_request = one_of(ProductRequest.objects.visible_to(user), pk)
    return one_of(Thread.objects.visible_to(user), product_request.thread_id)


def _show(comment: Comment) -> dict:
    names = ("id", "body", "is_public", "at", "edited_at")
    return {**{name: getattr(comment, name) for name in names}, "by": named(comment.by)}
