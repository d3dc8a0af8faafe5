"""What belongs to every record's story: following it, and what a comment said before."""

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from prodops.audit import services, timeline
from prodops.audit.models import Comment, Thread
from prodops.people.permissions import is_insider, require


def answer_with_timeline(request, thread, *, status=200, **context):
    """Return the story of `thread` as the fragment that record pages include."""
    context |= {
        "thread": thread,
        "timeline": timeline.build(thread, request.user, story=request.GET.get("story")),
    }
    return render(request, "audit/_timeline.html", context, status=status)


@require_POST
@require(is_insider)
def following(request, pk):
    """Follow the record, or stop: `follow` is 1 or 0. Requesters follow what they asked for."""
    thread = get_object_or_404(Thread.objects.visible_to(request.user), pk=pk)
    if request.POST.get("follow") == "0":
        services.unfollow(thread=thread, users=[request.user])
    else:
        services.follow(thread=thread, users=[request.user])
    return answer_with_timeline(request, thread) if request.htmx else redirect(thread.path)


@require_GET
def revisions(request, pk):
    """What a comment said before each edit."""
    comments = Comment.objects.visible_to(request.user).select_related("thread", "by")
    comment = get_object_or_404(comments, pk=pk)
    context = {"comment": comment, "revisions": comment.revisions.order_by("-replaced_at", "-pk")}
    return render(request, "audit/revisions.html", context)
