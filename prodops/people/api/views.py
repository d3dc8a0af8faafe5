"""One's own tokens, and the documents that describe the API."""

from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from prodops.people import services
from prodops.people.api.describing import describe
from prodops.people.api.problems import Problem
from prodops.people.api.reference import chapters
from prodops.people.forms import TokenForm
from prodops.people.models import ApiToken
from prodops.ui.forms import sent
from prodops.ui.toasts import toast


@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request):
    """One's own tokens; a new one is shown this once, on the answer to the form that made it."""
    form, made, secret = TokenForm(sent(request)), None, ""
    if form.is_valid():
        given = {"user": request.user, "at": timezone.now(), **form.cleaned_data}
        made, secret = services.make_token(**given)
        form = TokenForm()
    now = timezone.now()
    mine = ApiToken.objects.visible_to(request.user).for_display()
    context = {"form": form, "made": made, "secret": secret}
    context["tokens"] = [(token, token.state(now)) for token in mine]
    return render(request, "people/tokens.html", context, status=422 if form.is_bound else 200)


@require_POST
def revoke(request, pk):
    found = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=pk)
    services.revoke_token(token=found, at=timezone.now())
    toast(request, f"{found} opens nothing any more.")
    return redirect("people:tokens")


@require_GET
def document(request, api):
    """The API as OpenAPI 3.1."""
    return JsonResponse(describe(api))


@require_GET
def reference(request, api):
    """The same document as a page people read."""
    described = describe(api)
    context = {"document": described, "chapters": chapters(described)}
    return render(request, "people/api.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
def elsewhere(request):
    """Say that there is no such address; a redirect to one would lose what was sent."""
    words = "There is nothing at this address. All of them end in a slash; see /api/v1/docs/."
    return Problem(404, words).response()
