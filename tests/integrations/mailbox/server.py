"""A small IMAP server: it speaks what the hub says (RFC 3501, UIDPLUS, MOVE), over real sockets."""

import re
import socketserver
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime

LITERAL = re.compile(rb"\{(\d+)\}$")
WORD = re.compile(rb'"((?:[^"\\]|\\.)*)"|(\([^)]*\))|(\S+)')
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass
class Message:
    """One message in a folder."""

    uid: int
    raw: bytes
    arrived_at: datetime
    flags: set[str] = field(default_factory=set)
    size: int = 0


class Post:
    """Folders of messages, and faults to order.

    It `refuses` the content of UIDs, or all of them that are `hidden`, and breaks off where a
    command begins with `breaks_at`.
    """

    def __init__(self, *, capabilities="IMAP4rev1 MOVE UIDPLUS"):
        self.capabilities = capabilities
        self.folders: dict[str, list[Message]] = {"INBOX": [], "Done": []}
        self.uid_validity = 7
        self.password = "correct horse"
        self.next_uid = 1
        self.refuses: set[int] = set()
        self.hidden: set[int] = set()
        self.breaks_at = ""
        self.said: list[str] = []

    def deliver(self, raw, *, arrived_at, folder="INBOX", size=0):
        message = Message(self.next_uid, raw, arrived_at, size=size or len(raw))
        self.next_uid += 1
        self.folders[folder].append(message)
        return message

    def recount(self):
        """Number everything anew, as a server does that was restored."""
        self.uid_validity += 1
        for folder in self.folders.values():
            for uid, message in enumerate(folder, start=1):
                message.uid = uid

    @property
    def commands(self):
        return [line.split()[0] for line in self.said]


class Session(socketserver.StreamRequestHandler):
    """One connection, from greeting to goodbye."""

    def handle(self):
        self.post: Post = self.server.post
        self.folder: list[Message] = []
        self.is_signed_in = False
        self.send("* OK ready")
        while line := self.rfile.readline():
            line = line.rstrip(b"\r\n")
            tag, _, rest = line.partition(b" ")
            words = self.words(rest)
            name = words[0].upper()
            if name == "UID":
                name = f"UID {words[1].upper()}"
                words = words[1:]
            self.post.said.append(name.removeprefix("UID ") + " " + " ".join(words[1:]))
            if self.post.breaks_at and " ".join([name, *words[1:]]).startswith(self.post.breaks_at):
                return
            reply = getattr(self, "do_" + name.lower().replace(" ", "_"))(*words[1:])
            self.send(f"{tag.decode()} {reply or 'OK done'}")
            if name == "LOGOUT":
                return

    def send(self, line, literal=None):
        if literal is None:
            self.wfile.write(line.encode() + b"\r\n")
        else:
            self.wfile.write(line.encode() + b"{%d}\r\n" % len(literal) + literal + b")\r\n")

    @staticmethod
    def words(rest):
        found = (quoted or group or plain for quoted, group, plain in WORD.findall(rest))
        return [each.decode().replace('\\"', '"').replace("\\\\", "\\") for each in found]

    def do_capability(self):
        told = self.post.capabilities if self.is_signed_in else "IMAP4rev1"
        self.send(f"* CAPABILITY {told}")

    def do_login(self, user, password):
        if password != self.post.password:
            return "NO [AUTHENTICATIONFAILED] Wrong password"
        self.is_signed_in = True
        return None

    def do_select(self, name):
        if name not in self.post.folders:
            return "NO [NONEXISTENT] No such folder"
        self.folder = self.post.folders[name]
        self.send(f"* {len(self.folder)} EXISTS")
        self.send(f"* OK [UIDVALIDITY {self.post.uid_validity}] as always")
        return "OK [READ-WRITE] selected"

    def do_uid_search(self, *criteria):
        found, words = self.folder, list(criteria)
        while words:
            word = words.pop(0).upper()
            if word == "UID":
                named = self.named(words.pop(0))
                found = [each for each in found if each in named]
            elif word == "SINCE":
                day, month, year = words.pop(0).split("-")
                since = datetime(int(year), MONTHS.index(month) + 1, int(day), tzinfo=UTC)
                found = [each for each in found if each.arrived_at >= since]
            elif word == "UNSEEN":
                found = [each for each in found if r"\Seen" not in each.flags]
        self.send("* SEARCH " + " ".join(str(each.uid) for each in found))

    def do_uid_fetch(self, uids, items):
        for message in self.named(uids):
            if message.uid in self.post.hidden:
                return "NO [SERVERBUG] This one is lost"
            if "SIZE" in items:
                at = message.arrived_at
                when = f"{at.day:2}-{MONTHS[at.month - 1]}-{at:%Y %H:%M:%S %z}"
                facts = f'RFC822.SIZE {message.size} INTERNALDATE "{when}"'
                self.send(f"* 1 FETCH (UID {message.uid} {facts})")
            elif message.uid in self.post.refuses:
                return "NO [SERVERBUG] This one is broken"
            else:
                cut = re.search(r"<0\.(\d+)>", items)
                raw = message.raw[: int(cut[1])] if cut else message.raw
                self.send(f"* 1 FETCH (FLAGS ({' '.join(message.flags)}))")
                self.send(f"* 1 FETCH (UID {message.uid} BODY[] ", raw)
        return None

    def do_uid_store(self, uids, what, flags):
        for message in self.named(uids):
            message.flags |= set(flags.strip("()").split())

    def do_uid_move(self, uids, folder):
        return self.do_uid_copy(uids, folder) or self.drop(self.named(uids))

    def do_uid_copy(self, uids, folder):
        if folder not in self.post.folders:
            return "NO [TRYCREATE] No such folder"
        for message in self.named(uids):
            copy = self.post.deliver(message.raw, arrived_at=message.arrived_at, folder=folder)
            copy.flags |= message.flags
        return None

    def do_uid_expunge(self, uids):
        self.drop([each for each in self.named(uids) if r"\Deleted" in each.flags])

    def do_logout(self):
        self.send("* BYE")

    def drop(self, messages):
        for message in messages:
            self.folder.remove(message)

    def named(self, uids):
        last = max((each.uid for each in self.folder), default=0)
        chosen = []
        for part in uids.split(","):
            first, colon, end = part.partition(":")
            start, stop = int(first), last if end == "*" else int(end or first)
            low, high = min(start, stop), max(start, stop)
            chosen += [each for each in self.folder if low <= each.uid <= high]
        return chosen


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def serve(post):
    """Start serving a post office; return the server, whose `server_address` tells the port."""
    server = Server(("127.0.0.1", 0), Session)
    server.post = post
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server
