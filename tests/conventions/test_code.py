"""How the code is written: names, clocks, queues, decorators, words."""

import ast
import re

from django.apps import apps

from tests.conventions import (
    CODE,
    PROJECT,
    decorators,
    files,
    none,
    place,
    tracked,
    tree,
    view_functions,
)

DRAWERS = {"utils", "util", "helpers", "helper", "mixins", "managers", "selectors"}
DRAWERS |= {"common", "misc", "serializers", "repositories", "base"}
EVERYWHERE = (*CODE, "tests", "benchmarks")
THIS_FOLDER = PROJECT / "tests" / "conventions"


def lines_with(pattern: str, paths) -> list[str]:
    wanted = re.compile(pattern)
    return [
        f"{place(path, number)} {line.strip()[:80]}"
        for path in paths
        if THIS_FOLDER not in path.parents
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if wanted.search(line)
    ]


def calls(paths, *names: str) -> list[str]:
    return [
        f"{place(path, node.lineno)} {ast.unparse(node)[:60]}"
        for path in paths
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in names
        and not (node.args or node.keywords)
    ]


def test_there_is_no_drawer_for_odds_and_ends():
    none(
        [
            place(path)
            for path in files("*.py", under=EVERYWHERE)
            if DRAWERS & {path.stem, *path.relative_to(PROJECT).parts}
        ]
    )


def test_no_class_is_a_manager_a_mixin_or_a_helper():
    none(
        [
            f"{place(path, node.lineno)} {node.name}"
            for path in files("*.py")
            for node in ast.walk(tree(path))
            if isinstance(node, ast.ClassDef)
            and re.search(r"(Manager|Mixin|Helper|Util|Utils|Serializer)$", node.name)
        ]
    )


def test_tasks_wait_for_the_commit():
    none(lines_with(r"\.(delay|apply_async)\(", files("*.py")))


def test_nothing_listens_to_signals_of_models():
    pattern = r"@receiver|\b(pre|post)_(save|delete|init)\b|m2m_changed"
    none(lines_with(pattern, files("*.py")))


def test_forms_check_and_never_save():
    none(lines_with(r"ModelForm\b|modelform_factory|\bGenericForeignKey\b", files("*.py")))


def test_the_clock_is_read_only_at_the_edge():
    below = files("services.py", "services/*.py", "models.py", "models/*.py", "metrics/*.py")
    names = ("timezone.now", "now", "datetime.now", "date.today", "timezone.localdate", "localdate")
    none(calls(below, *names))


def test_each_view_says_its_methods():
    none(
        [
            f"{place(path, view.lineno)} {view.name}"
            for path, view in view_functions()
            if not any(name.startswith("require_") for name in decorators(view))
        ]
    )


def test_views_are_functions():
    none(
        [
            f"{place(path, node.lineno)} {node.name}"
            for path in files("views.py", "views/*.py")
            for node in tree(path).body
            if isinstance(node, ast.ClassDef)
            and any(ast.unparse(base).endswith("View") for base in node.bases)
        ]
    )


def test_each_app_says_what_it_owns():
    ours = [config for config in apps.get_app_configs() if config.path.startswith(str(PROJECT))]
    ours = [config for config in ours if ".venv" not in config.path]
    none([config.name for config in ours if not (config.module.__doc__ or "").strip()])


def test_events_are_named_noun_and_past():
    named = [
        (path, node)
        for path in files("services.py", "services/*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1] == "record"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]
    none(
        [
            f"{place(path, node.lineno)} {node.args[0].value}"
            for path, node in named
            if not re.fullmatch(r"[a-z_]+\.[a-z_]+", str(node.args[0].value))
        ]
    )


def test_nothing_is_left_for_later():
    none(lines_with(r"\b(TODO|FIXME|XXX|HACK)\b", files("*.py", under=EVERYWHERE)))


def test_no_file_names_an_index_or_a_place_on_somebodys_machine():
    pattern = (
        r"pythonhosted|pypi\.org|--(extra-)?index-url|npmjs|/root/|/work/|/home/\w|file:///opt"
    )
    paths = [
        path
        for path in tracked()
        if path.suffix not in {".png", ".woff2", ".ico", ".jpg", ".gz", ".pdf"}
    ]
    none(lines_with(pattern, paths))


def test_no_test_is_switched_off():
    marks = [
        f"{place(path, node.lineno)} {ast.unparse(node)[:60]}"
        for path in files("*.py", under=("tests",))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and ast.unparse(node) in {"pytest.mark.skip", "pytest.mark.xfail"}
    ]
    none(marks)


def test_the_layers_are_told_to_the_linter():
    contracts = (PROJECT / "pyproject.toml").read_text()
    none(
        [
            app
            for app in ("demo", "reporting", "launches", "planning", "intake")
            if app not in contracts
        ]
    )
