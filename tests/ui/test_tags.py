"""The tags every template has."""

import datetime
import re

import pytest
from django.template import Context, Template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from prodops.ui import words
from tests.factories.people import UserFactory

NOW = datetime.datetime(2026, 11, 22, 12, 0, tzinfo=datetime.UTC)


def render(source, **context):
    return Template(source).render(Context(context))


def test_an_icon_is_silent_unless_named():
    assert 'aria-hidden="true"' in render('{% icon "bell" %}')
    assert re.search(r'aria-label="Follow".*role="img"|role="img".*aria-label="Follow"',
                     render('{% icon "bell" label="Follow" %}'))  # fmt: skip


def test_a_named_icon_is_not_hidden():
    assert 'aria-hidden="true"' not in render('{% icon "bell" label="Follow" %}')


def test_an_icon_s_label_cannot_break_out():
    assert '"><script' not in render('{% icon "bell" label=label %}', label='"><script>')


def test_a_badge_is_a_word_with_a_tone():
    assert render('{% badge "At risk" tone="caution" %}') == (
        '<span class="badge badge--caution">At risk</span>'
    )
    assert "badge--neutral" in render('{% badge word tone="loud" %}', word="x")
    assert "<b>" not in render("{% badge word %}", word="<b>")


def test_a_text_that_is_safe_makes_no_other_safe():
    """What tags keep is told apart by its type: a safe text equals one that is not."""
    for said in (mark_safe("<i>ok</i>"), "<i>ok</i>", mark_safe("<i>ok</i>")):
        is_safe = isinstance(said, SafeString)
        assert ("&lt;i&gt;" in render("{% badge word %}", word=said)) is not is_safe


def test_a_moment_is_told_in_the_time_of_who_looks():
    told = []
    for zone in ("Europe/Berlin", "Asia/Tokyo", "Europe/Berlin"):
        with timezone.override(zone):
            told.append(render("{% when moment %}", moment=NOW))

    assert [", 13:00" in html for html in told] == [True, False, True]
    assert ", 21:00" in told[1]


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        ({"seconds": 3}, "just now"),
        ({"minutes": 5}, "5 min ago"),
        ({"hours": 3}, "3 h ago"),
        ({"days": 4}, "4 d ago"),
        ({"days": 60}, "23 Sep 2026"),
        ({"hours": -3}, "in 3 h"),
        ({"days": -2}, "in 2 d"),
        ({"seconds": -10}, "in a moment"),
    ],
)
def test_moments_are_relative(ago, said):
    assert words.relative(NOW - datetime.timedelta(**ago), NOW) == said


def test_a_moment_says_the_exact_time_on_hover():
    html = render("{% when moment %}", moment=NOW)

    assert 'datetime="2026-11-22T12:00+00:00"' in html
    assert 'title="Sun 22 Nov 2026, 13:00"' in html


def test_nothing_is_a_dash():
    assert "–" in render("{% when None %}{% day None %}")
    assert "Nobody yet" in render("{% person None %}")


def test_a_day_is_short_and_long_on_hover():
    html = render("{% day date %}", date=datetime.date(2026, 11, 3))

    assert ">3 Nov 2026<" in html
    assert 'title="Tuesday 3 November 2026"' in html
    assert ">22 Nov 2026<" in render("{% day moment %}", moment=NOW)


@pytest.mark.parametrize(
    ("number", "said"),
    [(None, "–"), (0, "0"), (1234567, "1,234,567"), (12.34, "12.3"), (1234.5, "1,234"), (-5, "-5")],
)
def test_figures_have_separators(number, said):
    assert render("{{ number|figure }}", number=number) == said


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Mira Chen", "MC"), ("Ada", "A"), ("", "?"), ("ben.ito@x.test", "BT"), ("李 明", "李明")],
)
def test_initials(name, letters):
    assert words.initials(name) == letters


@pytest.mark.django_db
def test_a_person_is_initials_and_name():
    html = render("{% person user %}", user=UserFactory(name="Mira <Chen>"))

    assert "Mira &lt;Chen&gt;" in html
    assert 'aria-hidden="true">M' in html


def test_blocks_take_what_stands_between():
    assert "<h2" in render('{% panel title="Clocks" %}x{% endpanel %}')
    assert "First step" in render('{% empty title="No" %}<a href="#">First step</a>{% endempty %}')
    assert "<dt>Owner</dt><dd>Ada</dd>" in render('{% fact "Owner" %}Ada{% endfact %}')


def test_a_crumb_links_by_name_or_is_text():
    assert render('{% crumb "Sign in" "account_login" %}') == (
        '<li><a href="/accounts/login/">Sign in</a></li>'
    )
    assert render('{% crumb "Here" %}') == "<li>Here</li>"


def test_a_post_button_carries_token_and_values(rf):
    html = render(
        '{% post_button "Accept" "/x/" tone="primary" state="done" %}', request=rf.get("/")
    )

    assert 'method="post" action="/x/"' in html
    assert 'name="state" value="done"' in html
    assert re.search(r'name="csrfmiddlewaretoken" value="\w{64}"', html)


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://evil.example/beacon.png)",
    '<div hx-get="/x" hx-trigger="load">',
    "<a href='&#106;avascript:alert(1)'>x</a>",
    '<p style="background:url(//evil)">',
    "<svg/onload=alert(1)>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_is_harmless(text):
    html = render("{{ text|markdown }}", text=text)

    assert not re.search(
        r"<(script|img|svg|div|style|form)|<[^>]*(onerror|hx-|style=|javascript:|data:)", html
    )


def test_markdown_keeps_what_people_write():
    html = render(
        "{{ text|markdown }}", text="# Top\n**bold** [hub](https://example.com)\n\n|a|\n|-|\n|1|"
    )

    assert "<h3>Top</h3>" in html
    assert "<strong>bold</strong>" in html
    assert 'rel="nofollow noopener noreferrer"' in html
    assert "<td>1</td>" in html


def test_markdown_of_nothing_is_nothing():
    assert render("{{ text|markdown }}", text=None) == ""
    assert timezone.now()


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (None, "n/a"),
        (0, "0 %"),
        (5 / 8, "62.5 %"),
        (1 / 3, "33.3 %"),
        (1, "100 %"),
        (1.125, "112.5 %"),
    ],
)
def test_a_share_reads_as_on_the_scorecard(share, words):
    assert Template("{{ share|percent }}").render(Context({"share": share})) == words
