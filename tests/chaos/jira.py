"""The local Jira of one round: its faults, its changes, and what is true in it."""

import json
import random
import re
import subprocess
import sys
import urllib.request
from datetime import datetime
from pathlib import Path

USER, TOKEN = "bot@example.com", "chaos-token"
VARIANTS = ("missing", "null_fields", "types", "timestamp", "nul", "huge")
ZONES = ("UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")
FAULTS = (
    "429:p=0.03,retry_after=1;429_bare:p=0.02;burst:limit=60,seconds=1;401:p=0.004;"
    "500:p=0.02;502:p=0.02;503:p=0.02,retry_after=1;504:p=0.01;reset:p=0.03;"
    "slow:p=0.05,seconds=0.3;drip:p=0.03,seconds=0.3;truncate:p=0.03,share=0.5;"
    "length:p=0.01,delta=16;html:p=0.02,status=200;duplicate:p=0.2;moving:p=0.1;"
    "token_expiry:p=0.04;repeat_token:p=0.04;empty_page:p=0.05;no_is_last;expired:p=0.004;"
)


class Jira:
    """A server over generated issues, with a zone, a kind and a search lag of its own."""

    def __init__(
        self,
        sandbox: Path,
        folder: Path,
        *,
        issues: int,
        seed: int,
        kind: str = "",
        zone: str = "",
        lag: int = 1,
    ):
        self.chance = random.Random(seed)
        self.cuts_changelogs = seed % 2 == 1  # all of them, without a sign that could be seen
        by_chance = self.chance.choice(("cloud", "cloud", "datacenter"))
        self.kind = kind or by_chance
        maker = [sys.executable, sandbox / "generate.py", "--out", folder, "--only", "jira"]
        maker += ["--issues", str(issues), "--projects", "3", "--seed", str(seed)]
        subprocess.run(maker, check=True, capture_output=True)
        self.command = [sys.executable, sandbox / "jira_server.py", "--data", folder / "jira"]
        self.command += ["--kind", self.kind, "--user", USER, "--token", TOKEN]
        by_chance = self.chance.choice(ZONES)
        self.command += ["--timezone", zone or by_chance, "--search-lag", str(lag)]
        self._start(port=0)
        self.projects = sorted({key.partition("-")[0] for key in self.keys()})

    def _start(self, port: int) -> None:
        command = [*self.command, "--port", str(port)]
        self.server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = self._address()

    def restore(self) -> None:
        """Start anew at the same address from the data of the beginning, as from a backup."""
        self.close()
        self._start(port=int(self.url.rpartition(":")[2]))

    def _address(self) -> str:
        for line in self.server.stdout or ():
            if found := re.search(r"listening on (http\S+)", line):
                return found[1]
        raise SystemExit("The local Jira did not start.")

    def control(self, name: str, body: dict | None = None, method: str | None = None) -> dict:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_sandbox/{name}", data, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def misbehave(self) -> None:
        """Switch every fault on at once; which project is closed is left to chance."""
        closed = self.chance.choice(self.projects)
        mode = self.chance.choice(("", ",mode=hidden"))
        rules = FAULTS + "".join(f"malformed:p=0.05,variant={each};" for each in VARIANTS)
        rules += f"forbidden:project={closed}{mode};"
        if self.cuts_changelogs:
            rules += "shrink:share=0.5"
        self.control("faults", {"faults": rules, "seed": self.chance.randrange(10**6)})

    def behave(self) -> None:
        self.control("faults", method="DELETE")

    def change(self) -> None:
        """Let somebody work in Jira: touch, create, delete or move issues."""
        seed = self.chance.randrange(10**6)
        deed = self.chance.choice(("touch", "touch", "touch", "create", "delete", "move"))
        if deed == "touch":
            self.control("touch", {"n": self.chance.randint(1, 12), "seed": seed})
        elif deed == "create":
            project = self.chance.choice(self.projects)
            self.control("create", {"n": self.chance.randint(1, 4), "project": project})
        elif deed == "delete":
            self.control("delete", {"n": 1, "seed": seed})
        else:
            key = self.chance.choice(self.keys())
            others = [each for each in self.projects if not key.startswith(f"{each}-")]
            self.control("move", {"key": key, "project": self.chance.choice(others)})

    def keys(self) -> list[str]:
        return [issue["key"] for issue in self.control("truth")["issues"]]

    def truth(self) -> dict[str, tuple]:
        """Return what there is: id → key, times, histories, status sequence."""
        return {
            issue["id"]: (
                issue["key"],
                datetime.fromisoformat(issue["created"]),
                datetime.fromisoformat(issue["updated"]),
                issue["histories"],
                [name for _, name, _ in issue["statuses"]],
            )
            for issue in self.control("truth")["issues"]
        }

    def close(self) -> None:
        self.server.kill()
        self.server.wait()
        if self.server.stdout:
            self.server.stdout.close()
