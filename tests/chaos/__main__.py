"""Rounds of chaos, each with its own random seed: `make chaos`, or

    python -m tests.chaos [--rounds 50] [--seed N] [--seconds 12] [--issues 300]

Every fault of the local Jira (../shared/sandbox or SANDBOX_DIR) is on at once while issues change
and the worker, Valkey and Postgres are killed at random moments; then the faults end, one more pass
is made, and the copy must be what Jira has. Prints a line a round; exit 1 when one lost something.

    python -m tests.chaos --checks [7,20] [--small]

does the numbered checks of docs/reliability.md instead, in the sizes of their bars or in small.
"""

import argparse
import logging
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.stage import PROJECT, Stage


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=None, help="of the first round")
    parser.add_argument("--seconds", type=float, default=20, help="a round's storm")
    parser.add_argument("--issues", type=int, default=300)
    parser.add_argument("--checks", nargs="?", const="", help="numbers with commas, or all")
    parser.add_argument("--small", action="store_true", help="the checks in the size of the tests")
    chosen = parser.parse_args()
    sandbox = Path(os.environ.get("SANDBOX_DIR") or PROJECT.parent / "shared" / "sandbox")
    if not (sandbox / "jira_server.py").exists():
        sys.exit("The local Jira is not here: no ../shared/sandbox and SANDBOX_DIR is not set.")
    with tempfile.TemporaryDirectory(prefix="hub-chaos-") as folder:
        if chosen.checks is not None:
            return _checks(chosen, sandbox, Path(folder).resolve())
        return _rounds(chosen, sandbox, Path(folder).resolve())


def _rounds(chosen: argparse.Namespace, sandbox: Path, folder: Path) -> int:
    folder.chmod(0o755)
    stage = Stage(folder)
    try:
        stage.raise_curtain()
        os.environ.update(stage.environment())
        _set_up()
        first = random.randrange(10**6) if chosen.seed is None else chosen.seed
        lost = [
            seed
            for seed in range(first, first + chosen.rounds)
            if not _round(stage, sandbox, chosen, seed)
        ]
    finally:
        stage.close()
    print(f"{chosen.rounds - len(lost)} of {chosen.rounds} rounds ended with what Jira has.")
    if lost:
        print(f"Lost in the rounds with the seeds {', '.join(map(str, lost))}.", file=sys.stderr)
    return bool(lost)


def _checks(chosen: argparse.Namespace, sandbox: Path, folder: Path) -> int:
    from tests.chaos.site import Site

    folder.chmod(0o755)
    site = Site(folder, sandbox)
    try:
        site.raise_curtain()
        os.environ.update(site.environment())
        _set_up()
        from tests.chaos import checks, people

        logging.disable(logging.WARNING)
        people.settle_in()
        wanted = [int(number) for number in chosen.checks.split(",") if number] or checks.CHECKS
        failed = checks.play(site, wanted, is_small=chosen.small)
    finally:
        site.close()
    print(f"{len(wanted) - len(failed)} of {len(wanted)} checks are kept.")
    return bool(failed)


def _set_up() -> None:
    import django

    django.setup()
    from prodops.people.models import User

    User.objects.create_user("chaos@example.com", name="Chaos", role=User.Role.ADMIN)


def _round(stage: Stage, sandbox: Path, chosen: argparse.Namespace, seed: int) -> bool:
    from tests.chaos import rounds

    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hub-chaos-data-") as data:
        try:
            shown = rounds.play(
                stage, sandbox, Path(data), seed=seed, seconds=chosen.seconds, issues=chosen.issues
            )
        except rounds.Lost as loss:
            print(f"seed {seed}: LOST: {loss}", flush=True)
            return False
    told = ", ".join(f"{name} {value}" for name, value in shown.items())
    print(f"seed {seed}: equal after {time.monotonic() - started:.0f} s; {told}", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
