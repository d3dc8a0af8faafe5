"""The process that owns the embedded servers of one data directory.

Whoever uses the servers holds a connection to the keeper's socket; the kernel closes it when that
process ends, however it ends. When the last one is closed the keeper stops the servers and goes.
Start it with `python -m prodops.embedded DATA_DIR`; `prodops.embedded.join` does.
"""

import contextlib
import fcntl
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from prodops.embedded import places, postgres, valkey
from prodops.embedded.places import Unavailable
from prodops.embedded.privileges import account_for, take_ownership

SERVERS = {"postgres": postgres, "valkey": valkey}
SECONDS_FOR_FIRST_USER = 10
RESTARTS_A_MINUTE = 3


class Keeper:
    """Starts the servers its users ask for, revives one that dies, stops them with the last."""

    def __init__(self, data_dir: Path, listener: socket.socket, *, durable: bool):
        self.data_dir = data_dir
        self.durable = durable
        self.listener = listener
        self.users: list[socket.socket] = []
        self.processes: dict[str, subprocess.Popen] = {}
        self.restarted_at: list[float] = []
        self.is_stopping = False
        self.selector = selectors.DefaultSelector()
        self.selector.register(listener, selectors.EVENT_READ)

    def run(self) -> None:
        first_user_by = time.monotonic() + SECONDS_FOR_FIRST_USER
        while not self.is_stopping and (self.users or time.monotonic() < first_user_by):
            for key, _ in self.selector.select(timeout=1):
                if isinstance(key.data, socket.socket):
                    self.hear(key.data)
                else:
                    self.welcome()
                    first_user_by = 0
            self.revive()
        self.stop()

    def welcome(self) -> None:
        user, _ = self.listener.accept()
        user.settimeout(10)
        self.users.append(user)
        self.selector.register(user, selectors.EVENT_READ, data=user)

    def hear(self, user: socket.socket) -> None:
        """Start what a user asks for ("postgres valkey"), or note that it has left."""
        try:
            wanted = user.recv(200).decode().split()
        except OSError:
            wanted = []
        if not wanted:
            self.say_goodbye(user)
            return
        try:
            for name in wanted:
                if name not in self.processes:
                    self.processes[name] = SERVERS[name].start(self.data_dir, durable=self.durable)
            self.tell(user, "ready")
        except (Unavailable, OSError) as error:
            self.tell(user, f"failed {error}")
            self.say_goodbye(user)

    def tell(self, user: socket.socket, text: str) -> None:
        with contextlib.suppress(OSError):
            user.sendall(f"{text}\n".encode())

    def say_goodbye(self, user: socket.socket) -> None:
        self.selector.unregister(user)
        self.users.remove(user)
        if self.users:
            self.tell(user, "kept")
            user.close()
        else:
            self.last_user = user  # its connection closes when the servers are down

    def revive(self) -> None:
        """Start a server again that has died; give up when that happens too often."""
        for name, process in list(self.processes.items()):
            if process.poll() is None or self.is_stopping:
                continue
            now = time.monotonic()
            self.restarted_at = [at for at in self.restarted_at if at > now - 60] + [now]
            try:
                if len(self.restarted_at) > RESTARTS_A_MINUTE:
                    raise Unavailable(f"The embedded {name} keeps stopping; see {name}.log.")
                self.processes[name] = SERVERS[name].start(self.data_dir, durable=self.durable)
                notice = f"notice The embedded {name} stopped unexpectedly and was started again."
            except (Unavailable, OSError) as error:
                notice, self.is_stopping = f"failed {error}", True
            for user in self.users:
                self.tell(user, notice)

    def stop(self) -> None:
        places.keeper_socket(self.data_dir).unlink(missing_ok=True)
        self.listener.close()
        for name, process in reversed(self.processes.items()):
            SERVERS[name].stop(process)
        with contextlib.suppress(OSError):
            places.socket_dir(self.data_dir).rmdir()


def main(data_dir: Path, *, durable: bool, discard: bool) -> int:
    """Keep the servers of `data_dir`; tells the starter "listening", "busy" or what is wrong."""
    try:
        os.umask(0o077)
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = open(data_dir / "keeper.lock", "w")  # noqa: SIM115 (held for life)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        listener = _listen(data_dir)
    except BlockingIOError:
        print("busy", flush=True)
        return 0
    except OSError as error:
        print(f"{data_dir} cannot be used: {error.strerror}.", flush=True)
        return 1
    except Unavailable as error:
        print(error, flush=True)
        return 1
    keeper = Keeper(data_dir, listener, durable=durable)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: setattr(keeper, "is_stopping", True))
    print("listening", flush=True)
    os.dup2(os.open(os.devnull, os.O_RDWR), sys.stdout.fileno())
    keeper.run()
    if discard:
        shutil.rmtree(data_dir, ignore_errors=True)
        shutil.rmtree(places.socket_dir(data_dir), ignore_errors=True)
    return 0


def _listen(data_dir: Path) -> socket.socket:
    address = places.keeper_socket(data_dir)
    take_ownership(address.parent, account_for(places.postgres_dir(data_dir)))
    address.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(address))
    listener.listen(64)
    return listener
