"""Django's SMTP backend, taught to say where a conversation broke.

A mail may be tried again only while it is certain that the server doesn't have it. Up to the
server's "354 go ahead" nothing of it was sent; between the message and the server's answer to it
nobody can know. So each way to fail has its own exception, and a message may carry a
`handing_over` callable that is asked just before its first byte goes out.
"""

import re
import smtplib
from collections.abc import Callable
from contextlib import suppress

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends import smtp
from django.core.mail.message import sanitize_address

LINE_OF_DOT = re.compile(rb"(?m)^\.")


class Delayed(smtplib.SMTPException):
    """The server has not taken the mail; later it may (4xx, no connection, no sign-in)."""


class Refused(smtplib.SMTPException):
    """The server said no for good (5xx)."""


class Unheard(smtplib.SMTPException):
    """The mail went out, and the server's answer never came."""


def at_once() -> None:
    """Let a message go without asking anybody."""


class Message(EmailMultiAlternatives):
    """A message that is asked, just before its first byte goes out, whether it still may."""

    mixed_subtype = "mixed"
    handing_over: Callable[[], None] = staticmethod(at_once)


class EmailBackend(smtp.EmailBackend):
    """Sends by SMTP; raises Delayed, Refused or Unheard, never anything vaguer."""

    def open(self):
        try:
            return super().open()
        except (OSError, smtplib.SMTPException) as error:
            self.connection = None
            raise Delayed(f"No connection to {self.host}:{self.port}: {error}") from error

    def close(self):
        with suppress(OSError, smtplib.SMTPException):
            super().close()
        self.connection = None

    def _send(self, email_message):
        sender = sanitize_address(email_message.from_email, "utf-8")
        recipients = [sanitize_address(to, "utf-8") for to in email_message.recipients()]
        content = email_message.message().as_bytes(linesep="\r\n")
        self._ask_to_hand_over(sender, recipients)
        self._announce(email_message)
        self._hand_over(content)
        return True

    def _announce(self, email_message):
        """Ask the message whether it may go out now; if not, hang up before its first byte."""
        try:
            getattr(email_message, "handing_over", at_once)()
        except BaseException:
            self.connection.close()
            raise

    def _ask_to_hand_over(self, sender, recipients):
        try:
            self.connection.ehlo_or_helo_if_needed()
            _expect((250,), *self.connection.mail(sender))
            for recipient in recipients:
                _expect((250, 251), *self.connection.rcpt(recipient))
            _expect((354,), *self.connection.docmd("data"))
        except (Delayed, Refused):
            raise
        except (OSError, smtplib.SMTPException) as error:
            raise Delayed(f"The connection broke before the mail was sent: {error}") from error

    def _hand_over(self, content):
        end = b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"
        try:
            self.connection.send(LINE_OF_DOT.sub(b"..", content) + end)
            code, reply = self.connection.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.connection.close()
            raise Unheard(f"The connection broke after the mail was sent: {error}") from error
        if code // 100 not in (2, 4, 5):
            raise Unheard(f"The server's answer to the mail makes no sense: {code} {reply!r}")
        _expect(range(200, 300), code, reply)


def _expect(good, code, reply):
    if code in good:
        return
    words = f"{code} {reply.decode('utf-8', 'replace')}"
    if 500 <= code < 600:
        raise Refused(words)
    raise Delayed(words)
