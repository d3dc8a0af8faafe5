"""What messages say: real ones as mail programs write them, broken ones, and anything at all."""

import base64
import contextlib
import quopri

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prodops.integrations.mailbox import message
from prodops.integrations.mailbox.message import Unreadable, clean_subject, headline, identity, read
from tests.factories.files import png
from tests.factories.mail import wire

PICTURE = base64.b64encode(png(60, 60)).decode()


def parts(*inner, kind="mixed"):
    """Return head and text of a message in parts."""
    body = "".join(f"--edge\n{part}\n" for part in inner) + "--edge--\n"
    return {"head": f'MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="edge"'}, body


def part(kind, text, *more):
    return "\n".join([f"Content-Type: {kind}", *more, "", text])


def multipart(*inner, kind="mixed", **headers):
    head, body = parts(*inner, kind=kind)
    return wire(body, **head, **headers)


def test_a_plain_letter():
    letter = read(wire("Please add an export.\n", Subject="Export of invoices"))

    assert (letter.sender, letter.sender_name) == ("sam@example.com", "Sam Sales")
    assert letter.title == "Export of invoices"
    assert letter.text == "Please add an export."
    assert letter.enclosures == ()
    assert letter.automatic == ""


@pytest.mark.parametrize(
    ("declared", "encoding", "content"),
    [
        ("utf-8", "base64", base64.b64encode("Größe 12 €".encode()).decode()),
        ("utf-8", "quoted-printable", quopri.encodestring("Größe 12 €".encode()).decode()),
        ("iso-8859-15", "quoted-printable", "Gr=F6=DFe 12 =A4"),
        ("windows-1252", "base64", base64.b64encode("Größe 12 €".encode("cp1252")).decode()),
        ("no-such-charset", "base64", base64.b64encode("Größe 12 €".encode()).decode()),
        ("us-ascii", "base64", base64.b64encode("Größe 12 €".encode("cp1252")).decode()),
        ('"', "base64", base64.b64encode("Größe 12 €".encode()).decode()),
    ],
)
def test_every_encoding_and_broken_charsets(declared, encoding, content):
    head = f"Content-Type: text/plain; charset={declared}\nContent-Transfer-Encoding: {encoding}"

    assert read(wire(content, head=head)).text == "Größe 12 €"


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("=?utf-8?q?Gr=C3=B6=C3=9Fe?= der Liste", "Größe der Liste"),
        ("=?ISO-8859-1?B?R3L23w==?= =?ISO-8859-1?Q?e?=", "Größe"),
        ("=?utf-8?b?8J+YgA==?= smile", "😀 smile"),
        ("=?nonsense?q?abc?=", "abc"),
        ("=?utf-8?b?broken", "=?utf-8?b?broken"),
        ("Re: AW: Fwd: [EXT] Export", "Export"),
        ("RE[2]: Export", "Export"),
        ("Antw: WG: Export", "Export"),
        ("Ref: 123", "Ref: 123"),
        ("folded\n over two lines", "folded over two lines"),
        ("", ""),
        (None, ""),
    ],
)
def test_subjects(subject, title):
    assert read(wire("x", Subject=subject)).title == title


def test_eight_bit_headers_are_read_all_the_same():
    raw = wire("x").replace(b"Mail number", "Größe".encode())
    assert read(raw).subject.startswith("Größe")
    raw = wire("x", From="X <sam@example.com>").replace(b"X <", "Jörg <".encode("latin-1"))
    assert read(raw).sender == "sam@example.com"


def test_both_forms_of_one_letter_give_the_plain_one():
    letter = read(
        multipart(
            part("text/plain", "Plain words"),
            part("text/html", "<p>Styled words</p>"),
            kind="alternative",
        )
    )

    assert letter.text == "Plain words"


def test_html_alone_becomes_clean_text():
    page = (
        "<html><head><style>p{color:red}</style><title>x</title></head><body>"
        "<p>Hello&nbsp;team,</p><p>please add:<ul><li>an export</li><li>a filter</li></ul>"
        'See <a href="https://example.com/a">the page</a><br>Thanks'
        "<script>alert(1)</script></body></html>"
    )
    letter = read(wire(page, head="Content-Type: text/html; charset=utf-8"))

    assert letter.text == (
        "Hello team,\n\nplease add:\n\n- an export\n- a filter\n\n"
        "See the page (https://example.com/a)\nThanks"
    )


@pytest.mark.parametrize("opened", ["<a ", "<!--", "<![", "<?", "</p ", "<a href='", "<p title=x"])
def test_what_is_opened_again_and_again_and_never_closed_is_read_once(opened):
    letter = read(wire("Hello<p>" + opened * 100_000, head="Content-Type: text/html"))

    assert letter.text.startswith("Hello")


def test_html_says_what_its_comments_and_declarations_do_not():
    page = "<!DOCTYPE html><!--[if mso]><p>Office</p><![endif]-->One<![if x]> two<![endif]> 3 < 4"
    page += "<!--[if !mso]><!--> 5<!--<![endif]--><!--> 6"

    assert read(wire(page, head="Content-Type: text/html")).text == "One two 3 < 4 5 6"


def test_files_are_kept_and_small_logos_are_not():
    logo = base64.b64encode(png()).decode()
    letter = read(
        multipart(
            part("text/plain", "See the picture"),
            part(
                'image/png; name="=?utf-8?q?Fehler_Gr=C3=B6=C3=9Fe=2Epng?="',
                PICTURE,
                "Content-Transfer-Encoding: base64",
                "Content-Disposition: attachment",
            ),
            part(
                "image/png",
                logo,
                "Content-Transfer-Encoding: base64",
                "Content-ID: <logo>",
                "Content-Disposition: inline; filename=logo.png",
            ),
            part(
                "text/csv",
                "a;b",
                "Content-Disposition: attachment; filename*=utf-8''depots%20%C3%BC.csv",
            ),
        )
    )

    assert letter.text == "See the picture"
    assert [each.name for each in letter.enclosures] == ["Fehler Größe.png", "depots ü.csv"]
    assert letter.enclosures[0].content == png(60, 60)


def test_a_message_inside_a_message_is_a_file():
    inner = "Subject: =?utf-8?q?Gr=C3=B6=C3=9Fe?=\nFrom: customer@example.org\n\nIt broke"
    letter = read(multipart(part("text/plain", "See below"), part("message/rfc822", inner)))

    assert letter.text == "See below"
    assert [each.name for each in letter.enclosures] == ["Größe.eml"]
    assert b"It broke" in letter.enclosures[0].content


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"no header at all",
        b"From: \r\nSubject: \r\n\r\n",
        b"From: a@b@c <x@@y>\r\nContent-Type: multipart/mixed\r\n\r\nno boundary",
        b"From: <>\r\nContent-Type: ;;;=\r\nDate: Mon, 32 Foo 1900\r\n\r\nx",
        b"From: =?utf-8?q?=22=3Cevil=40example=2Ecom=3E?= <sam@example.com>\r\n\r\nx",
        b"Content-Type: text/plain; charset*=''\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n" * 3000,
        b"Subject: " + b"x" * 200_000 + b"\r\n\r\nx",
        b"References: " + b"<a@b> " * 20_000 + b"\r\n\r\nx",
    ],
)
def test_malformed_messages_are_read_as_far_as_they_go(raw):
    letter = read(raw)

    assert letter.sender in ("", "sam@example.com")
    assert len(letter.subject) <= 300
    assert len(letter.answers_to) <= 100


def test_endless_nesting_is_refused_not_fatal():
    raw = b"From: a@b.example\r\n"
    for depth in range(1500):
        raw += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth)

    with contextlib.suppress(Unreadable):
        assert read(raw).sender == "a@b.example"


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        ("multipart/mixed; boundary=x", "--x\n\na\n" * 20_001, "20,000 parts"),
        ("multipart/mixed; boundary=x", "--x\r\ra\r" * 20_001, "20,000 parts"),
        ("Message/Delivery-Status", "a: b\n\n" * 20_001, "20,000 parts"),
        ("text/plain", "\n" * 1_000_001, "1,000,000 lines"),
    ],
)
def test_what_would_fill_the_memory_is_not_taken_apart(kind, content, words):
    with pytest.raises(Unreadable, match=words):
        read(wire(content, head=f"Content-Type: {kind}"))


@settings(max_examples=300)
@given(st.binary(max_size=2000))
def test_no_bytes_break_the_reader(raw):
    try:
        letter = read(raw)
    except Unreadable:
        return
    key, essence = identity(raw)
    assert len(key) <= 200
    assert len(essence) == 64
    assert "\x00" not in letter.text
    assert all(isinstance(each, str) for each in headline(raw))


HEADERS = st.sampled_from(
    ["From", "Subject", "Content-Type", "References", "Content-Disposition", "Message-ID", "Date"]
)


@settings(max_examples=300)
@given(
    st.lists(st.tuples(HEADERS, st.text(max_size=60)), max_size=8),
    st.sampled_from(["text/plain", "text/html", "multipart/mixed", "message/rfc822", "x/y; a=b;;"]),
    st.sampled_from(["7bit", "base64", "quoted-printable", "x-uuencode", "?"]),
    st.text(max_size=300),
)
def test_no_headers_break_the_reader(headers, kind, encoding, text):
    told = [f"{name}: {value}" for name, value in headers]
    told += [f"Content-Type: {kind}", f"Content-Transfer-Encoding: {encoding}"]
    raw = "\r\n".join([*told, "", text]).encode("utf-8", "replace")

    with contextlib.suppress(Unreadable):
        assert len(read(raw).subject) <= 300


def test_a_subject_is_cleaned_whatever_it_is():
    assert clean_subject("Re:" * 200) == ""
    assert message.addressees(wire("x", Cc="Ada <ADA@example.com>")) == [
        "requests@hub.example.com",
        "ada@example.com",
    ]
