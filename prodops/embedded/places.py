"""Where the embedded servers keep their things."""

import hashlib
import re
import secrets
from pathlib import Path

DEFAULT_ADDRESS = "http://localhost:8000"

LONGEST_SOCKET_FOLDER = 88  # a socket's path may have 103 bytes on every system we run on
PLAIN_PATH = re.compile(r"[\w/.\-]+", re.ASCII)


class Unavailable(Exception):
    """The embedded servers cannot serve; the text says why, in one sentence."""


def socket_dir(data_dir: Path) -> Path:
    """Return the folder of the sockets: `data_dir/run`, or one under /tmp if that will not do.

    A socket's path must be short, and plain enough to stand in an address without quoting.
    """
    folder = data_dir / "run"
    if len(str(folder)) <= LONGEST_SOCKET_FOLDER and PLAIN_PATH.fullmatch(str(folder)):
        return folder
    digest = hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]
    return Path("/tmp") / f"prodops-{digest}"  # noqa: S108 (its owner is checked at each start)


def postgres_dir(data_dir: Path) -> Path:
    return data_dir / "postgres"


def valkey_dir(data_dir: Path) -> Path:
    return data_dir / "valkey"


def keeper_socket(data_dir: Path) -> Path:
    return socket_dir(data_dir) / "keeper.sock"


def valkey_socket(data_dir: Path) -> Path:
    return socket_dir(data_dir) / "valkey.sock"


def database_url(data_dir: Path) -> str:
    """Return the address of the embedded database of `data_dir`, running or not."""
    return f"postgresql://postgres@{str(socket_dir(data_dir)).replace('/', '%2F')}/hub"


def redis_url(data_dir: Path) -> str:
    """Return the address of the embedded Valkey of `data_dir`, running or not."""
    return f"unix://{valkey_socket(data_dir)}"


def local_secret(data_dir: Path, name: str) -> str:
    """Return the secret kept in `data_dir/name`, made at first use (48 random bytes as text)."""
    path = data_dir / name
    data_dir.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = data_dir / f".{name}.{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # another process was first: both use its secret
        finally:
            draft.unlink()
    return path.read_text().strip()


def keep_address(data_dir: Path, address: str) -> None:
    """Keep where the hub answers, for the links that commands outside of it write."""
    (data_dir / "address").write_text(address)


def last_address(data_dir: Path) -> str:
    """Return where the hub on `data_dir` answers, or answered last."""
    try:
        return (data_dir / "address").read_text().strip() or DEFAULT_ADDRESS
    except (OSError, UnicodeDecodeError):
        return DEFAULT_ADDRESS
