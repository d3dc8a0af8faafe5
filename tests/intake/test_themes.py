"""Themes: in a tree that the database keeps, changed, archived, merged and taken apart again."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from intake import services
from intake.models import Theme, ThemeGroup, ThemeQuote
from intake.services.themes import edition
from tests.factories.intake import product_request
from tests.factories.people import UserFactory
from tests.factories.themes import group, quote, theme

pytestmark = pytest.mark.django_db


@pytest.fixture
def ops(db, client):
    user = UserFactory(role="ops", name="Olive Ops")
    client.force_login(user)
    return user


@pytest.fixture
def tree(db):
    access = group("Access")
    sign_in = group("Sign-in", access)
    return access, sign_in, group("Single sign-on", sign_in), group("Billing")


def check_tree():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def paths():
    return [each.words for each in ThemeGroup.objects.in_order()]


def test_groups_stand_in_the_order_of_the_tree(tree):
    group("Access control")
    assert paths() == [
        "Access",
        "Access › Sign-in",
        "Access › Sign-in › Single sign-on",
        "Access control",
        "Billing",
    ]


def test_a_fourth_level_and_a_ring_are_refused_in_words(tree):
    access, sign_in, single, billing = tree
    with pytest.raises(services.Refusal, match="at most 3 levels"):
        group("Okta", single)
    with pytest.raises(services.Refusal, match="below itself"):
        services.change_group(group=access, name="Access", parent=single)
    with pytest.raises(services.Refusal, match="at most 3 levels"):
        services.change_group(group=access, name="Access", parent=billing)
    with pytest.raises(services.Refusal, match="already"):
        group("sign-IN", access)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda tree: ThemeGroup.objects.create(name="Okta", parent=tree[2], level=4),
        lambda tree: ThemeGroup.objects.create(name="Okta", parent=tree[2], level=3),
        lambda tree: ThemeGroup.objects.create(name="Okta", parent=None, level=2),
        lambda tree: ThemeGroup.objects.filter(pk=tree[0].pk).update(parent=tree[2]),
        lambda tree: ThemeGroup.objects.filter(pk=tree[0].pk).update(parent=tree[0]),
        lambda tree: ThemeGroup.objects.filter(pk=tree[1].pk).update(parent=None, level=1),
        lambda tree: ThemeGroup.objects.create(name="SIGN-in", parent=tree[0], level=2),
    ],
)
def test_the_database_itself_refuses_a_fourth_level_a_ring_and_a_double_name(tree, wrong):
    def spoil():
        wrong(tree)
        check_tree()

    check_tree()
    with pytest.raises(DatabaseError), transaction.atomic():
        spoil()


def test_a_group_moves_with_all_below_it(tree):
    _, sign_in, _, billing = tree
    services.change_group(group=sign_in, name="Signing in", parent=None)
    check_tree()
    assert paths() == ["Access", "Billing", "Signing in", "Signing in › Single sign-on"]
    services.change_group(group=sign_in, name="Signing in", parent=billing)
    check_tree()
    assert "Billing › Signing in › Single sign-on" in paths()


def test_a_group_in_which_something_stands_stays(tree, ops):
    access, _, single, billing = tree
    theme("SAML", group=billing)
    for each in (access, billing):
        with pytest.raises(services.Refusal, match="Something stands in"):
            services.remove_group(group=each)
    services.remove_group(group=single)
    assert paths()[1] == "Access › Sign-in"


def test_the_list_shows_the_tree_and_filters_by_everything_below(tree, ops, client):
    access, _, single, billing = tree
    saml, dunning = theme("SAML", group=single), theme("Dunning", group=billing)
    loose = theme("Anything")
    services.archive(theme=theme("Gone"), by=ops, at=loose.created_at)
    url = reverse("intake:themes")

    page = client.get(url)
    assert list(page.context["objects"]) == [saml, dunning, loose]
    assert "Access › Sign-in › Single sign-on" in page.content.decode()
    assert list(client.get(url, {"group": access.pk}).context["objects"]) == [saml]
    assert list(client.get(url, {"group": "none"}).context["objects"]) == [loose]
    assert len(client.get(url, {"state": "archived"}).context["objects"]) == 1


@pytest.mark.parametrize(
    "query",
    ["growth=growing", "growth=falling", "growth=new", "owner=me", "area=none", "q=THM-1"]
    + [f"sort=-{key}" for key in ("requests", "voices", "arr", "growth", "quoted", "owner")]
    + ["format=csv", "filters=open", "q=zero%00byte"],
)
def test_every_filter_and_order_of_the_lists_answers(client, ops, query):
    quote(product_request(), theme("SAML"))
    for name in ("themes", "quotes"):
        answer = client.get(f"{reverse(f'intake:{name}')}?{query}")
        assert answer.status_code == 200
        if "csv" in query:
            assert b"SAML" in b"".join(answer.streaming_content)


def test_a_theme_is_made_changed_and_its_name_is_its_own(ops, client, at):
    answer = client.post(reverse("intake:new-theme"), {"name": "  Single   sign-on "})
    made = Theme.objects.get()
    assert (answer.url, made.name) == (made.get_absolute_url(), "Single sign-on")
    assert (made.thread.key, made.thread.path) == (made.key, made.get_absolute_url())

    refused = client.post(reverse("intake:new-theme"), {"name": "SINGLE sign-on"})
    assert refused.status_code == 422
    assert f"{made.key} is called" in refused.content.decode()


def test_who_changes_what_somebody_else_changed_is_told(ops, client, at):
    made = theme("SAML")
    url, seen = reverse("intake:edit-theme", args=[made.pk]), edition(made)
    assert client.post(url, {"name": "SAML 2", "seen": seen}).status_code == 302
    refused = client.post(url, {"name": "SAML 3", "seen": seen})
    assert refused.status_code == 422
    assert "Somebody changed this theme" in refused.content.decode()
    made.refresh_from_db()
    assert (made.name, made.thread.title) == ("SAML 2", "SAML 2")


def test_an_archived_theme_comes_back_unless_its_name_is_taken(ops, client, at):
    made = theme("SAML")
    client.post(reverse("intake:theme-archive", args=[made.pk]))
    made.refresh_from_db()
    assert made.state == "archived"
    other = theme("saml")
    with pytest.raises(services.Refusal, match=other.key):
        services.bring_back(theme=made, by=ops, at=at)
    services.archive(theme=other, by=ops, at=at)
    client.post(reverse("intake:theme-return", args=[made.pk]))
    made.refresh_from_db()
    assert made.is_active


def standing(one, at):
    found = Theme.objects.with_standing(at).get(pk=one.pk)
    return found.standing.requests, found.standing.voices


def test_a_merge_carries_each_quote_once_and_its_undo_gives_exactly_these_back(ops, at):
    saml, login, both = theme("SAML"), theme("Login"), product_request()
    quote(both, saml, login)
    quote(product_request(), login)
    quote(product_request(), saml)

    services.merge_themes(child=login, parent=saml, by=ops, at=at)

    assert standing(saml, at) == (3, 3)
    assert standing(login, at) == (0, 0)
    assert ThemeQuote.objects.live().filter(theme=saml).once().count() == 3
    later = quote(product_request(), login)
    assert later.theme == saml, "What goes to a merged theme goes where it went."
    assert standing(saml, at) == (4, 4)

    services.unmerge_theme(child=login, by=ops, at=at)

    assert standing(saml, at) == (3, 3)
    assert standing(login, at) == (2, 2)
    login.refresh_from_db()
    assert login.is_active


def test_merges_of_merges_come_apart_in_any_order(ops, at):
    one, two, three = theme("One"), theme("Two"), theme("Three")
    for each in (one, two, three):
        quote(product_request(), each)
    services.merge_themes(child=one, parent=two, by=ops, at=at)
    services.merge_themes(child=two, parent=three, by=ops, at=at)
    one.refresh_from_db()
    assert one.merged_into == three
    assert standing(three, at)[0] == 3

    services.unmerge_theme(child=two, by=ops, at=at)
    one.refresh_from_db()
    assert one.merged_into == two
    assert (standing(two, at)[0], standing(three, at)[0]) == (2, 1)
    services.unmerge_theme(child=one, by=ops, at=at)
    assert [standing(each, at)[0] for each in (one, two, three)] == [1, 1, 1]


def test_merging_is_refused_where_it_makes_no_sense(ops, at):
    one, two, gone = theme("One"), theme("Two"), theme("Gone")
    services.archive(theme=gone, by=ops, at=at)
    for child, parent, words in [(one, one, "itself"), (one, gone, "archived")]:
        with pytest.raises(services.Refusal, match=words):
            services.merge_themes(child=child, parent=parent, by=ops, at=at)
    services.merge_themes(child=one, parent=two, by=ops, at=at)
    with pytest.raises(services.Refusal, match="already"):
        services.merge_themes(child=one, parent=two, by=ops, at=at)
    with pytest.raises(services.Refusal, match="itself"):
        services.merge_themes(child=two, parent=one, by=ops, at=at)
    with pytest.raises(services.Refusal, match="not merged"):
        services.unmerge_theme(child=two, by=ops, at=at)


def test_merging_by_the_page_offers_its_undo(ops, client):
    one, two = theme("One"), theme("Two")
    url = reverse("intake:theme-merge", args=[one.pk])
    assert client.get(url).status_code == 200
    answer = client.post(url, {"parent": two.pk}, follow=True)
    assert answer.redirect_chain[-1][0] == two.get_absolute_url()
    unmerge_url = reverse("intake:theme-unmerge", args=[one.pk])
    assert unmerge_url in answer.content.decode()
    assert "speak for" in client.get(one.get_absolute_url()).content.decode()
    client.post(unmerge_url)
    one.refresh_from_db()
    assert one.is_active


def test_the_database_keeps_links_with_the_theme_that_lives_on(ops, at):
    one, two = theme("One"), theme("Two")
    link = quote(product_request(), one)
    Theme.objects.filter(pk=one.pk).update(state="merged", merged_into=two)
    link.refresh_from_db()
    assert (link.theme, link.attached_to) == (two, one)
    wrong = ThemeQuote.objects.create(
        quote=quote(product_request(), two).quote, attached_to=one, theme=one, by=ops, at=at
    )
    wrong.refresh_from_db()
    assert wrong.theme == two
    assert wrong.product_request == wrong.quote.product_request


def test_the_record_tells_what_was_said_by_whom_and_what_is_planned(ops, client, at):
    from tests.factories.intake import AccountFactory
    from tests.factories.planning import initiative

    asked = product_request(
        body="Let us sign in with Okta.", account=AccountFactory(name="Acme", arr=500_000)
    )
    saml = theme("SAML", description="Sign-in by the customer's own directory.")
    quote(asked, saml, words="sign in with Okta")
    planned = initiative(title="SAML single sign-on")
    planned.request_links.create(product_request=asked, by=ops, at=at)

    page = client.get(saml.get_absolute_url()).content.decode()

    for words in ("sign in with Okta", asked.key, "Acme", "500k", planned.title):
        assert words in page
