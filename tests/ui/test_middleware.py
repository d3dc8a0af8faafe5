"""What the shell adds to every answer: the htmx rules, toasts, privacy and the policy."""

import pytest
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import include, path

from prodops.ui.toasts import toast

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def act(request):
    toast(request, "Declined <b>REQ-12</b>.", undo_url="/undo/", tone="negative")
    return HttpResponse("<p>row</p>", status=int(request.GET.get("status", 200)))


def go(request):
    messages.success(request, "Went.")
    return redirect("/seen/")


def seen(request):
    return HttpResponse("<p>seen</p>")


def stream(request):
    toast(request, "Later.")
    return StreamingHttpResponse(["a"], content_type="text/html")


def cached(request):
    return HttpResponse("ok", headers={"Cache-Control": "max-age=60"})


urlpatterns = [
    path("act/", act),
    path("go/", go),
    path("seen/", seen),
    path("stream/", stream),
    path("cached/", cached),
    path("", include("prodops.urls")),
]


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.ROOT_URLCONF = __name__


@pytest.mark.parametrize("status", [200, 422])
def test_an_htmx_answer_carries_the_toasts(signed_in, status):
    text = signed_in.get(f"/act/?status={status}", headers=HTMX).content.decode()

    assert text.startswith("<p>row</p>")
    assert 'hx-swap-oob="beforeend:#toasts"' in text
    assert "Declined &lt;b&gt;REQ-12&lt;/b&gt;." in text
    assert 'action="/undo/"' in text
    assert "toast--negative" in text


def test_an_answer_that_is_not_swapped_leaves_the_toast_for_the_next(signed_in):
    assert b"toast" not in signed_in.get("/act/?status=204", headers=HTMX).content
    assert b"REQ-12" in signed_in.get("/seen/", headers=HTMX).content


def test_a_stream_and_a_redirect_leave_the_toast_alone(signed_in):
    signed_in.get("/stream/", headers=HTMX)
    signed_in.get("/go/", headers=HTMX)

    assert b"Later." in signed_in.get("/seen/", headers=HTMX).content


def test_a_page_shows_the_toasts_with_their_undo(signed_in):
    signed_in.get("/act/")

    page = signed_in.get("/accounts/password/change/").content.decode()

    assert "Declined &lt;b&gt;REQ-12&lt;/b&gt;." in page
    assert 'action="/undo/"' in page


def test_an_expired_session_leads_htmx_to_sign_in_and_back_to_the_page(client):
    headers = {**HTMX, "HX-Current-URL": "http://testserver/intake/requests/?q=x"}

    response = client.get("/act/", headers=headers)

    assert response["HX-Redirect"] == "/accounts/login/?next=%2Fintake%2Frequests%2F%3Fq%3Dx"
    assert b"password" not in response.content


def test_sign_in_never_leads_back_to_another_host(client):
    response = client.get("/act/", headers={**HTMX, "HX-Current-URL": "https://evil.example/x"})

    assert response["HX-Redirect"] == "/accounts/login/?next=%2F"


def test_caches_keep_pages_and_fragments_apart(signed_in):
    assert "HX-Request" in signed_in.get("/seen/")["Vary"]


def test_pages_of_signed_in_people_are_not_stored(signed_in, client):
    assert signed_in.get("/seen/")["Cache-Control"] == "no-store, private"
    assert signed_in.get("/cached/")["Cache-Control"] == "max-age=60"


@pytest.mark.parametrize("address", ["/seen/", "/nowhere/", "/accounts/login/", "/admin/"])
def test_every_answer_has_the_strict_policy(signed_in, address):
    policy = signed_in.get(address)["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_the_nonce_is_new_each_time_and_on_every_script(signed_in):
    first, second = (signed_in.get("/accounts/password/change/") for _ in range(2))

    assert first["Content-Security-Policy"] != second["Content-Security-Policy"]
    nonce = first["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]
    page = first.content.decode()
    assert page.count("<script") == page.count(f'nonce="{nonce}"') > 0


def test_an_address_that_only_takes_forms_says_so_to_who_comes_by_sign_in(signed_in):
    answer = signed_in.get("/integrations/connections/seal/")

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "what you had pressed was not done" in answer.content.decode()
