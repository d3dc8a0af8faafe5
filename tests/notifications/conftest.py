"""A mail server that does to a mail what the name of its recipient says."""

import logging
import socket
from collections import Counter
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class MoodyServer:
    """later@: 4xx at RCPT. no@: 5xx. full@: 4xx after the dot. bad@: 5xx after it.

    drop@: hangs up before DATA. silent@: takes the mail, then hangs up. once@: is busy the first
    time. Everybody else gets the mail.
    """

    def __init__(self):
        self.taken = []
        self.calls = Counter()
        self.on_data = lambda: None

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        mood = self.mood(address)
        self.calls[address] += 1
        if mood == "later" or (mood == "once" and self.calls[address] == 1):
            return "451 4.7.1 Come back later"
        if mood == "no":
            return "550 5.1.1 No such person"
        if mood == "drop":
            server.transport.abort()
            return "421 Bye"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        mood = self.mood(envelope.rcpt_tos[0])
        if mood == "full":
            return "452 4.2.2 Mailbox full"
        if mood == "bad":
            return "554 5.6.0 Refused"
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        self.on_data()
        if mood == "silent":
            server.transport.abort()
        return "250 OK"

    @staticmethod
    def mood(address):
        return address.partition("@")[0].partition("-")[0]

    @property
    def receivers(self):
        return Counter(str(message["To"]) for message in self.taken)


class _Controller(Controller):
    def factory(self):
        return SMTP(self.handler, hostname="mail.test", enable_SMTPUTF8=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(autouse=True)
def _quiet_server():
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)


@pytest.fixture
def mail_server(settings):
    server = MoodyServer()
    controller = _Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "prodops.notifications.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = server.port = controller.port
    settings.EMAIL_TIMEOUT = 5
    yield server
    controller.stop()
