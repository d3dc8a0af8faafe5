"""What the writer wrote themselves, as the mail programs of three languages quote the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prodops.integrations.mailbox.message import read
from prodops.integrations.mailbox.quoting import trim
from tests.factories.mail import wire

QUOTE = "> Which depots does this concern?\n>\n> Mira"
OUTLOOK = "Which depots does this concern?\n\nMira"
ANSWERS = {
    "Gmail, English": f"Berlin and Kiel.\n\nOn Mon, Nov 2, 2026 at 10:30 AM Hub <hub@example.com>\n"
    f"wrote:\n\n{QUOTE}",
    "Gmail, German": f"Berlin and Kiel.\n\nAm Mo., 2. Nov. 2026 um 10:30 Uhr schrieb Hub\n"
    f"<hub@example.com>:\n\n{QUOTE}",
    "Gmail, French": f"Berlin and Kiel.\n\nLe lun. 2 nov. 2026 à 10:30, Hub <hub@example.com> a\n"
    f"écrit :\n\n{QUOTE}",
    "Apple, English": f"Berlin and Kiel.\n\n> On 2. Nov 2026, at 10:30, Hub <h@example.com> wrote:"
    f"\n> \n{QUOTE}",
    "Apple, German": f"Berlin and Kiel.\n\nAm 02.11.2026 um 10:30 schrieb Hub <h@example.com>:\n"
    f"\n{QUOTE}",
    "Apple, French": "Berlin and Kiel.\n\nLe 2 nov. 2026 à 10:30, Hub <h@example.com> a écrit :\n"
    f"\n{QUOTE}",
    "Outlook, English": "Berlin and Kiel.\n\nFrom: Hub <hub@example.com>\nSent: Monday, November "
    f"2, 2026 10:30 AM\nTo: Sam\nSubject: RE: Export\n\n{OUTLOOK}",
    "Outlook, German": "Berlin and Kiel.\n\nVon: Hub <hub@example.com>\nGesendet: Montag, 2. "
    f"November 2026 10:30\nAn: Sam\nBetreff: AW: Export\n\n{OUTLOOK}",
    "Outlook, French": "Berlin and Kiel.\n\nDe : Hub <hub@example.com>\nEnvoyé : lundi 2 novembre "
    f"2026 10:30\nÀ : Sam\nObjet : RE: Export\n\n{OUTLOOK}",
    "Outlook on the web": "Berlin and Kiel.\n________________________________\nFrom: Hub\nSent: "
    f"Monday\nTo: Sam\nSubject: Export\n\n{OUTLOOK}",
    "Outlook, old": f"Berlin and Kiel.\n\n-----Original Message-----\nFrom: Hub\n\n{OUTLOOK}",
    "Outlook, old, German": "Berlin and Kiel.\n\n-----Ursprüngliche Nachricht-----\nVon: Hub\n\n"
    f"{OUTLOOK}",
    "Outlook, old, French": "Berlin and Kiel.\n\n-----Message d'origine-----\nDe : Hub\n\n"
    f"{OUTLOOK}",
    "nothing announced": f"Berlin and Kiel.\n\n{QUOTE}",
    "Thunderbird": f"Berlin and Kiel.\n\nOn 02/11/2026 10:30, Hub wrote:\n{QUOTE}",
    "an iPhone, English": "Berlin and Kiel.\n\nSent from my iPhone\n\nOn 2 Nov 2026, at 10:30, "
    f"Hub <h@example.com> wrote:\n\n{QUOTE}",
    "an iPhone, German": "Berlin and Kiel.\n\nVon meinem iPhone gesendet\n\nAm 02.11.2026 um 10:30 "
    f"schrieb Hub <h@example.com>:\n\n{QUOTE}",
    "an iPhone, French": f"Berlin and Kiel.\n\nEnvoyé de mon iPhone\n\nLe 2 nov. 2026 à 10:30, Hub "
    f"<h@example.com> a écrit :\n\n{QUOTE}",
    "a signature": f"Berlin and Kiel.\n\n-- \nSam Sales\nNorthwind\n+49 30 1234\n\nOn 02/11/2026 "
    f"10:30, Hub wrote:\n{QUOTE}",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_what_its_writer_added(name):
    assert trim(ANSWERS[name]) == "Berlin and Kiel."


def test_answers_between_the_lines_keep_both():
    text = "On 02/11/2026 10:30, Hub wrote:\n> Which depots?\nBerlin and Kiel.\n> Since when?\nMay."

    assert trim(text) == text


def test_a_sentence_that_only_sounds_like_one_stays():
    text = "On Monday the customer wrote:\nWe need an export."

    assert trim(text) == text


def test_nothing_but_a_quote_stays_whole():
    assert trim(f"On 02/11/2026 10:30, Hub wrote:\n{QUOTE}").endswith("> Mira")


def test_a_forward_keeps_what_it_forwards():
    text = "See below.\n\nFrom: A customer <c@example.com>\nSent: Monday\nTo: Sam\nSubject: Export"
    text += "\n\nWe need an export."

    assert read(wire(text, Subject="WG: Export", In_Reply_To="<a@b>")).text == text


def test_a_new_mail_is_not_cut():
    text = f"Our customer says:\n\n{QUOTE}"

    assert read(wire(text, Subject="Export")).text == text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (
            '<div>Berlin and Kiel.</div><div class="gmail_quote"><div>On Mon, Nov 2, 2026 at 10:30 '
            "Hub &lt;hub@example.com&gt; wrote:<br></div><blockquote><p>Which depots?</p>"
            "</blockquote></div>",
            "Berlin and Kiel.",
        ),
        (
            "<p>Berlin and Kiel.</p><hr><div><b>Von:</b> Hub<br><b>Gesendet:</b> Montag<br>"
            "<b>An:</b> Sam<br><b>Betreff:</b> AW: Export</div><p>Which depots?</p>",
            "Berlin and Kiel.",
        ),
        (
            "<body>Berlin and Kiel.<br><br><div>Le 2 nov. 2026 à 10:30, Hub &lt;h@example.com&gt; "
            "a écrit :</div><blockquote type='cite'>Which depots?</blockquote></body>",
            "Berlin and Kiel.",
        ),
    ],
)
def test_quotes_in_html_are_cut_as_well(page, text):
    raw = wire(page, head="Content-Type: text/html; charset=utf-8", Subject="Re: Export")

    assert read(raw).text == text


def test_flowed_lines_are_put_together():
    raw = wire(
        "This line was \nbroken by the program.\n\nThis one \nas well.",
        head="Content-Type: text/plain; charset=utf-8; format=flowed",
    )

    assert read(raw).text == "This line was broken by the program.\n\nThis one as well."


@given(st.text(max_size=2000))
def test_no_text_breaks_the_trimming(text):
    assert len(trim(text)) <= len(text)


def test_a_long_line_takes_no_time():
    assert trim("wrote: " * 30_000 + "@" * 100_000)
