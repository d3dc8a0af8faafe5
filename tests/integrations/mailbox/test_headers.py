"""What headers tell: machines, references, identity, verdicts on senders."""

import pytest

from prodops.integrations.mailbox.message import identity, read
from tests.factories.mail import wire


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"Auto_Submitted": "auto-replied"}, "Auto-Submitted: auto-replied"),
        ({"Auto_Submitted": "auto-generated; owner-email=x"}, "auto-generated"),
        ({"X_Auto_Response_Suppress": "All"}, "X-Auto-Response-Suppress"),
        ({"X_Autoreply": "yes"}, "X-Autoreply"),
        ({"Precedence": "bulk"}, "bulk"),
        ({"Precedence": "auto_reply"}, "auto_reply"),
        ({"List_Id": "<news.example.com>"}, "mailing list"),
        ({"Return_Path": "<>"}, "no sender"),
        ({"From": "MAILER-DAEMON@mx.example.com"}, "mail server"),
        ({"Content_Type": 'multipart/report; report-type=delivery-status; boundary="x"'}, "report"),
    ],
)
def test_what_no_person_wrote_is_known(headers, words):
    assert words in read(wire("I am away until Monday.", **headers)).automatic


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "no"},
        {"Precedence": "first-class"},
        {"Return_Path": "<sam@example.com>"},
        {"X_Auto_Response_Suppress": "None"},
    ],
)
def test_what_a_person_wrote_is_too(headers):
    assert read(wire("Hello", **headers)).automatic == ""


def test_references_are_read_in_any_form_the_nearest_first():
    letter = read(
        wire("x", In_Reply_To="<one@hub>", References="<zero@hub>\n\t<one@hub> garbage <two@hub>")
    )

    assert letter.answers_to == ("one@hub", "two@hub", "zero@hub")


def test_the_key_is_the_message_id_or_a_digest():
    assert identity(wire("x", Message_ID="<a.b@c>"))[0] == "a.b@c"
    nameless = wire("x", Message_ID=None)
    assert identity(nameless)[0].endswith("@nameless")
    assert identity(nameless) == identity(nameless)
    assert len(identity(wire("x", Message_ID=f"<{'a' * 240}@c>"))[0]) <= 200
    assert identity(wire("x", Message_ID="<a\x00.\x07b@c>"))[0] == "a.b@c"


def test_a_message_delivered_on_two_ways_is_one():
    raw = wire("x", Message_ID="<a@b>")
    other = b"Received: from elsewhere\r\n" + raw

    assert identity(raw) == identity(other)
    assert identity(raw)[1] != identity(wire("y", Message_ID="<a@b>"))[1]


def test_verdicts_are_read_newest_first():
    raw = (
        b"Authentication-Results: mx.example.com; spf=pass (sender ok)\r\n"
        b" smtp.mailfrom=sam@example.com; dkim=fail header.d=example.com; dmarc=pass\r\n"
        b" header.from=example.com\r\n"
        b"Authentication-Results: forged.example; dmarc=pass\r\n"
    ) + wire("x")

    (first, found), (second, _) = read(raw).verdicts
    assert (first, second) == ("mx.example.com", "forged.example")
    assert found["spf"] == "pass"
    assert found["spf-domain"] == "example.com"
    assert found["dkim"] == "fail"
    assert found["dmarc"] == "pass"


@pytest.mark.parametrize(
    ("told", "sender"),
    [
        ("Sam <sam@example.com>", "sam@example.com"),
        ("sam@example.com <SAM@example.com>", "sam@example.com"),
        ('"Eve, eve@evil.example" <sam@example.com>', "sam@example.com"),
        ("sam@example.com, eve@evil.example", ""),
        ("sam@example.com <eve@evil.example>", ""),
        ("<sam@example.com> eve@evil.example", ""),
        ("Sam <sam@example.com>\nFrom: Eve <eve@evil.example>", ""),
    ],
)
def test_who_wrote_it_is_one_or_nobody(told, sender):
    assert read(wire("x", From=told)).sender == sender


@pytest.mark.parametrize(
    "told",
    [
        'mx.example.com; spf=pass smtp.mailfrom="a; dmarc=pass "@evil.example; dmarc=fail',
        'mx.example.com; spf=pass smtp.mailfrom="a\\"; dmarc=pass "@evil.example; dmarc=fail',
        "mx.example.com; spf=pass (of (a) ; dmarc=pass b) smtp.mailfrom=evil.example; dmarc=fail",
        "mx.example.com; dmarc=fail (x \\) ; dmarc=pass)",
    ],
)
def test_what_a_sender_chose_is_no_verdict(told):
    ((_, found),) = read(wire("x", Authentication_Results=told)).verdicts

    assert found["dmarc"] == "fail"
    assert found.get("spf-domain", "evil.example") == "evil.example"
