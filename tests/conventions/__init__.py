"""The house rules a machine can check (docs/architecture.md gives the reasons)."""

import ast
import inspect
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.urls import URLResolver, get_resolver

PROJECT = Path(settings.BASE_DIR)
CODE = ("prodops", "intake", "planning", "launches", "reporting")


@cache
def files(*patterns: str, under: tuple[str, ...] = CODE) -> list[Path]:
    """Return the files of the project below the folders `under`, without generated migrations."""
    found = {
        path
        for folder in under
        for pattern in patterns
        for path in (PROJECT / folder).rglob(pattern)
        if "migrations" not in path.parts and "__pycache__" not in path.parts
    }
    return sorted(found)


@cache
def tracked() -> list[Path]:
    """Return what git keeps (every file but the ignored ones); nothing without git."""
    if not shutil.which("git") or not (PROJECT / ".git").exists():
        return []
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    return [PROJECT / name for name in done.stdout.splitlines() if (PROJECT / name).is_file()]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef) -> int:
    """Return the lines of a function's body, without its signature and docstring."""
    body = function.body
    if ast.get_docstring(function, clean=False) is not None:
        body = body[1:]
    return function.end_lineno - body[0].lineno + 1 if body else 0


def decorators(function: ast.FunctionDef) -> list[str]:
    """Return the names of a function's decorators, without their arguments."""
    return [ast.unparse(node).split("(")[0].split(".")[-1] for node in function.decorator_list]


def place(path: Path, line: int = 0) -> str:
    name = str(path.relative_to(PROJECT))
    return f"{name}:{line}" if line else name


def line_count(path: Path) -> int:
    return len(path.read_text().splitlines())


@cache
def _views_in_the_address_book() -> set[tuple[str, str]]:
    """Return module and name of every function an address leads to."""
    found, waiting = set(), [get_resolver()]
    while waiting:
        for pattern in waiting.pop().url_patterns:
            if isinstance(pattern, URLResolver):
                waiting.append(pattern)
            else:
                view = inspect.unwrap(pattern.callback)
                found.add((view.__module__, getattr(view, "__name__", "")))
    return found


def view_functions() -> Iterator[tuple[Path, ast.FunctionDef]]:
    """Yield the views of our apps with the file each is in."""
    for path in files("views.py", "views/*.py"):
        module = ".".join(path.relative_to(PROJECT).with_suffix("").parts)
        for node in tree(path).body:
            name = getattr(node, "name", "")
            if isinstance(node, ast.FunctionDef) and (module, name) in _views_in_the_address_book():
                yield path, node


def none(offenders: list[str]) -> None:
    """Fail with every offender on a line of its own."""
    assert not offenders, "\n" + "\n".join(offenders)
