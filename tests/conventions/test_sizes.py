"""Nothing grows past what a person reads in one go."""

import ast

from tests.conventions import (
    CODE,
    decorators,
    files,
    functions,
    length,
    line_count,
    none,
    place,
    tree,
    view_functions,
)


def too_long(paths, limit: int) -> list[str]:
    return [f"{place(path)}: {line_count(path)}" for path in paths if line_count(path) > limit]


def test_no_python_file_is_over_300_lines():
    none(too_long(files("*.py", under=(*CODE, "tests", "benchmarks")), 300))


def test_no_template_is_over_80_lines():
    none(too_long(files("*.html", "*.txt", under=("templates",)), 80))


def test_no_style_sheet_is_over_150_lines():
    none(too_long(files("*.css", under=("static",)), 150))


def test_no_script_is_over_60_lines():
    none(too_long(files("*.js", under=("static/js",)), 60))


def test_no_function_is_over_25_lines():
    none(
        [
            f"{place(path, function.lineno)} {function.name}: {length(function)}"
            for path in files("*.py", under=(*CODE, "benchmarks"))
            for function in functions(path)
            if length(function) > 25
        ]
    )


def test_no_view_is_over_20_lines():
    none(
        [
            f"{place(path, view.lineno)} {view.name}: {length(view)}"
            for path, view in view_functions()
            if length(view) > 20
        ]
    )


def test_no_task_is_over_8_lines_and_each_takes_arguments_of_other_versions():
    offenders = []
    for path in files("tasks.py", "tasks/*.py"):
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef) and "shared_task" in decorators(node):
                if length(node) > 8:
                    offenders.append(f"{place(path, node.lineno)} {node.name}: {length(node)}")
                if node.args.kwarg is None:
                    offenders.append(f"{place(path, node.lineno)} {node.name}: takes no **_")
    none(offenders)
