"""Who leads a forum says who leads it and who sees it; what has ended stays ended."""

import pytest
from django.urls import reverse
from django.utils import timezone

from prodops.notifications.models import Notification
from tests.factories.people import UserFactory
from tests.planning.forums.test_pages import FORM, seen

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("change", ["owner", "facilitator", "is_private"])
def test_nobody_takes_a_forum_from_who_leads_it(client, forum, owner, member, change):
    url = reverse("planning:edit-forum", args=[forum.pk])
    stranger = UserFactory(name="Sam Stranger")
    told = {**FORM, "owner": owner.pk, "members": [member.pk]}
    taken = {**told, change: "on" if change == "is_private" else stranger.pk}

    client.force_login(stranger)
    refused = client.post(url, taken | seen(forum))
    assert refused.status_code == 422
    assert "Ask Mira Chen, or product operations" in refused.text
    others = {**told, "name": "Of others"} | seen(forum)
    assert client.post(url, others).status_code == 302
    client.force_login(UserFactory(role="ops"))
    by_operations = {**taken, "facilitator": stranger.pk} | seen(forum)
    assert client.post(url, by_operations).status_code == 302

    forum.refresh_from_db()
    assert forum.facilitator == stranger
    news = Notification.objects.filter(recipient=owner, title__endswith="led by Sam Stranger now")
    assert news.exists() is (change == "owner")
    client.force_login(stranger)
    handed_on = {**told, "owner": stranger.pk} | seen(forum)
    assert client.post(url, handed_on).status_code == 302


def test_a_forum_that_has_ended_meets_no_more(client, forum, owner):
    session = forum.sessions.filter(starts_at__gt=timezone.now()).earliest("starts_at")
    assert client.post(reverse("planning:forum-end", args=[forum.pk])).status_code == 302

    client.post(reverse("planning:session-restoration", args=[session.pk]))

    session.refresh_from_db()
    assert session.state == "cancelled"
