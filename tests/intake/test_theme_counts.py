"""What a theme weighs, against a slow count of the same rows; merged and taken apart at random."""

from datetime import UTC, datetime, timedelta

from django.db.models import F
from django.test import TestCase as DjangoTestCase
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from intake import services
from intake.models import Backing, ProductRequest, Theme, ThemeMerge, ThemeQuote
from intake.models.cluster import standings
from intake.models.trend import QUARTER, draw, months_until
from intake.services import tickets
from intake.views.theme_lists import THEMES
from tests.factories import imports
from tests.factories.intake import AccountFactory, RequestKindFactory, product_request
from tests.factories.people import UserFactory
from tests.factories.themes import cluster, quote, theme

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
THEMES_MADE, REQUESTS_MADE = 4, 6
SORTED_BY = ("requests", "tickets", "voices", "arr", "recent", "before", "growth", "quoted_at")
few = st.integers(0, 3)
quick = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
asked = st.lists(
    st.tuples(few, few, st.integers(0, 450), st.booleans(), st.integers(0, 9)),
    min_size=1,
    max_size=REQUESTS_MADE,
)
links = st.lists(st.tuples(st.integers(0, 5), few, st.booleans()), max_size=12)
written = st.lists(st.tuples(few, st.integers(0, 450), few, st.integers(0, 9)), max_size=6)
acts = st.lists(
    st.tuples(st.sampled_from(["merge", "unmerge", "remove", "restore", "fold"]), few, few),
    max_size=10,
)


def root_of(pk, parents):
    while pk in parents:
        pk = parents[pk]
    return pk


def slowly(at):
    """Count what each theme weighs row by row, from merges and attachments alone."""
    parents = dict(ThemeMerge.objects.filter(undone_at=None).values_list("child", "parent"))
    asked, told = {}, {}
    for link in ThemeQuote.objects.filter(removed_at=None).select_related("quote__ticket"):
        root, request = root_of(link.attached_to_id, parents), link.quote.product_request
        if link.quote.ticket:
            told.setdefault(root, {})[link.quote.ticket_id] = link.quote.ticket
        elif not request.is_spam:
            asked.setdefault(root, {})[request.pk] = request
    return {
        pk: weigh(asked.get(pk, {}).values(), told.get(pk, {}).values(), at)
        for pk in Theme.objects.values_list("pk", flat=True)
    }


def weigh(requests, tickets, at):
    voices, accounts, months = set(), {}, [0] * 12
    for one in requests:
        for voice in Backing.objects.filter(product_request=one):
            voices.add((voice.person_id, voice.account_id))
            if voice.account and not is_out(one):
                accounts[voice.account_id] = voice.account.arr
    heard = {account for _, account in voices}
    moments = [one.submitted_at for one in requests if one.submitted_at <= at]
    count = len(moments)
    for one in tickets:
        uses = [link.product_request for link in one.links.all()]
        if one.account and one.account_id not in heard:
            voices.add(("ticket", one.account_id))
        if one.account and not (uses and all(map(is_out, uses))):
            accounts[one.account_id] = one.account.arr
        if one.opened_at <= at and not set(uses) & set(requests):
            moments.append(one.opened_at)
    for moment in moments:
        age = (at.year - moment.year) * 12 + at.month - moment.month
        if age < 12:
            months[11 - age] += 1
    ages = [at - moment for moment in moments]
    recent = sum(age < QUARTER for age in ages)
    before = sum(QUARTER <= age < 2 * QUARTER for age in ages)
    return count, len(tickets), len(voices), sum(accounts.values()), months, recent, before


def is_out(request):
    return (request.merged_into or request).state in ("shipped", "closed")


def quickly(at):
    """Read every figure twice: as pages show it and as lists sort by it."""
    rows = Theme.objects.with_standing(at).annotate(**{f"by_{name}": F(name) for name in SORTED_BY})
    found = {}
    for one in rows:
        standing = one.standing
        shown = {name: getattr(standing, name) for name in SORTED_BY}
        assert shown == {name: getattr(one, f"by_{name}") for name in SORTED_BY}
        found[one.pk] = (
            *(standing.requests, standing.tickets, standing.voices, standing.arr),
            *(standing.trend.counts, standing.recent, standing.before),
        )
    return found


class TestCounts(TestCase):
    def make(self, asked, links):
        self.by = UserFactory(role="ops")
        people = [UserFactory(role="requester") for _ in range(4)]
        self.accounts = accounts = [None, *(AccountFactory(arr=1000 * n) for n in range(1, 4))]
        self.themes = [theme(by=self.by) for _ in range(THEMES_MADE)]
        kind = RequestKindFactory()
        self.requests = [
            product_request(
                author=people[person],
                account=accounts[account],
                kind=kind,
                at=AT - timedelta(days=days, hours=1),
            )
            for person, account, days, _, _ in asked
        ]
        for one, (_, _, _, is_spam, state) in zip(self.requests, asked, strict=True):
            one.is_spam = is_spam and state < 3
            one.save(update_fields=["is_spam"])
            if state == 9:
                services.close(product_request=one, by=self.by, at=AT)
        for place, which, is_whole in links:
            one = self.requests[place % len(self.requests)]
            words = "" if is_whole else one.title
            services.attach_quote(
                product_request=one,
                themes=[self.themes[which]],
                words=words,
                by=self.by,
                at=AT,
            )

    def write(self, written):
        """Open tickets that speak for themes; some are evidence for a request, some of nobody."""
        for number, (account, days, which, place) in enumerate(written):
            found = imports.ticket(
                number=str(number),
                account=self.accounts[account],
                at=AT - timedelta(days=days, hours=1),
            )
            told = {"by": self.by, "at": AT}
            services.attach_ticket(ticket=found, themes=[self.themes[which]], **told)
            one = self.requests[place] if place < len(self.requests) else None
            if one and not one.is_spam:
                tickets.attach_tickets(tickets=[found], product_request=one, **told)

    def do(self, act, one, two):
        told = {"by": self.by, "at": AT}
        try:
            if act == "merge":
                child, parent = self.themes[one], self.themes[two]
                services.merge_themes(child=child, parent=parent, **told)
            elif act == "unmerge":
                services.unmerge_theme(child=self.themes[one], **told)
            elif act == "fold":
                child = self.requests[one % len(self.requests)]
                parent = self.requests[two % len(self.requests)]
                services.merge(child=child, parent=parent, **told)
            else:
                kept = ThemeQuote.objects.filter(removed_at__isnull=act == "remove").order_by("pk")
                link = kept[one] if len(kept) > one else None
                service = getattr(services, f"{act}_quote")
                _ = link and service(link=link, **told)
        except services.Refusal:
            pass

    @quick
    @given(asked, links, written, acts)
    def test_every_count_is_what_the_rows_say_after_any_acts(self, asked, links, written, acts):
        self.make(asked, links)
        self.write(written)
        for act in acts:
            self.do(*act)

        assert quickly(AT) == slowly(AT)

    @quick
    @given(asked, links, written, few, few)
    def test_a_merge_taken_back_leaves_the_same_truth(self, asked, links, written, one, two):
        self.make(asked, links)
        self.write(written)
        before = quickly(AT)
        self.do("merge", one, two)
        self.do("unmerge", one, two)

        assert quickly(AT) == before

    @quick
    @given(asked)
    def test_a_suggestion_weighs_what_its_theme_would(self, asked):
        self.make(asked, [])
        ProductRequest.objects.update(is_spam=False)
        shown = standings([type(cluster(*self.requests)).objects.for_display().get()], AT)[0]
        made = services.confirm_cluster(
            cluster=shown.cluster,
            name="Made of it",
            members=[one.pk for one in shown.cluster.members.all()],
            by=self.by,
            at=AT,
        )

        found = Theme.objects.with_standing(AT).get(pk=made.pk).standing
        assert (shown.voices, shown.trend) == (found.voices, found.trend)


def local(*moment):
    return timezone.make_aware(datetime(*moment))


class TestTrend(DjangoTestCase):
    def test_months_are_those_of_the_calendar_and_the_present_one_is_the_last(self):
        months = months_until(local(2026, 1, 31, 23, 30))
        assert (str(months[0]), str(months[-1])) == ("2025-02-01", "2026-01-01")
        assert len(months) == 12

    def test_a_moment_counts_in_its_month_and_none_after_the_end(self):
        october, november = local(2026, 10, 31, 23, 59), local(2026, 11, 1)
        drawn = draw([AT, AT + timedelta(hours=1), october, november], AT)
        assert drawn.counts == [0] * 10 + [1, 2]
        assert drawn.words.startswith("Requests a month, Dec 2025 to Nov 2026: 0, ")
        assert all(bar.y + bar.height == drawn.height for bar in drawn.bars)

    def test_the_csv_gives_the_months_as_numbers(self):
        one = product_request(at=AT - timedelta(days=40))
        link = quote(one, theme())
        found = Theme.objects.with_standing(AT).for_display().get(pk=link.theme_id)
        cells = {column.key: column.value(found) for column in (*THEMES.columns, *THEMES.exported)}
        assert cells["trend"] == "0 0 0 0 0 0 0 0 0 0 1 0"
        assert (cells["recent"], cells["before"], cells["growth"]) == (1, 0, 1)
