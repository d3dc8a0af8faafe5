"""The embedded Postgres and Valkey for `make run` and tests."""

import secrets
from pathlib import Path


def local_secret(data_dir: Path, name: str) -> str:
    """Return the secret kept in `data_dir/name`, made at first use (32 url-safe bytes)."""
    path = data_dir / name
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(48))
        path.chmod(0o600)
    return path.read_text().strip()


def database_url(data_dir: Path) -> str:
    """Return the address of the embedded database of `data_dir`, running or not."""
    return f"postgresql://postgres@%2F{str(data_dir / 'postgres').strip('/').replace('/', '%2F')}/hub"


def redis_url(data_dir: Path) -> str:
    """Return the address of the embedded Valkey of `data_dir`, running or not."""
    return f"unix://{data_dir / 'valkey.sock'}"
