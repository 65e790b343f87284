"""The house's order: each room imports only from the rooms below it, and some doors are for one room only."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "mllint"

#: From the ground up. Modules in one line may import each other, as long as they make no circle.
FLOORS = (
    {"finding"},
    {"source"},
    {"magics", "notebook", "comments"},
    {"semantics"},
    {"rule"},
    {"gates", "context", "match", "detect", "checks"},
    {"cards"},
    {
        "globs",
        "gitignore",
        "settings",
        "select",
        "config",
        "files",
    },
    {"suppression"},
    {"run"},
    {"fixes"},
    {"text"},
    {"report"},
    {"cli", "flake8"},
    {"__main__"},
)
HEIGHT = {room: height for height, floor in enumerate(FLOORS) for room in floor}
SHY = {
    "libcst": "fixes/",
    "astroid": "semantics/project.py",
    "yaml": ("cards/compiler.py", "cards/schema.py"),
    "msgspec": ("cards/compiler.py", "cards/schema.py"),
    "click": "cli/",
    "rich": ("report/", "cli/"),
    "subprocess": "verify/",
    "numpy": (),
    "torch": (),
}


class Import(NamedTuple):
    """An import statement: who imports what, and whether it runs when the importing module is loaded."""

    line: int
    name: str
    at_once: bool


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def shown(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def dotted(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(name: str) -> str:
    """The room of a dotted name of ours; empty for the package itself."""
    return name.split(".")[1] if "." in name else ""


@cache
def imports(path: Path) -> tuple[Import, ...]:
    return tuple(_imports(ast.parse(path.read_text(encoding="utf-8")), True))


def _imports(node: ast.AST, at_once: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(child.lineno, alias.name, at_once) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, "imports are absolute"
            assert child.module is not None
            for alias in child.names:
                whole = f"{child.module}.{alias.name}"
                yield Import(child.lineno, whole if whole in OURS else child.module, at_once)
        elif isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            yield from _imports(child, False)
        else:
            lazy = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _imports(child, at_once and not lazy)


OURS = {dotted(path) for path in modules()}


def test_every_module_has_its_floor() -> None:
    assert {room(name) for name in OURS} - {""} <= set(HEIGHT)


@pytest.mark.parametrize("path", modules(), ids=shown)
def test_a_room_imports_only_from_rooms_below_it(path: Path) -> None:
    here = room(dotted(path))
    for item in imports(path):
        if not item.name.startswith("mllint."):
            continue
        there = room(item.name)
        if here == "":
            assert not item.at_once, f"line {item.line}: the package itself loads nothing"
        elif here != there:
            assert HEIGHT[there] <= HEIGHT[here], f"line {item.line}: {here} stands below {there}"


def test_no_imports_run_in_a_circle() -> None:
    edges = {
        dotted(path): {item.name for item in imports(path) if item.name in OURS and item.name != "mllint"}
        for path in modules()
        if dotted(path) != "mllint"
    }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, f"circle: {' -> '.join((*trail, name))}"
        if name not in done:
            for following in sorted(edges[name]):
                visit(following, (*trail, name))
            done.add(name)

    for name in sorted(edges):
        visit(name, ())


def test_findings_import_nothing_of_ours() -> None:
    assert not [item for item in imports(PACKAGE / "finding.py") if item.name.startswith("mllint")]


@pytest.mark.parametrize("library", SHY)
def test_a_library_is_imported_only_where_it_belongs(library: str) -> None:
    allowed = SHY[library]
    for path in modules():
        if not shown(path).startswith(allowed):
            names = {item.name.partition(".")[0] for item in imports(path)}
            assert library not in names, f"{shown(path)} imports {library}"


def test_the_libraries_are_imported_somewhere() -> None:
    """So that the test above cannot pass because it sees nothing."""
    seen = {item.name.partition(".")[0] for path in modules() for item in imports(path)}
    assert {"libcst", "yaml", "msgspec", "click"} <= seen


def test_only_reports_and_the_command_line_print() -> None:
    for path in modules():
        if shown(path).startswith(("report/", "cli/")):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                assert name not in {"print", "click.echo", "click.secho"}, f"{shown(path)}:{node.lineno}"
            if isinstance(node, ast.Attribute) and ast.unparse(node) in {"sys.stdout", "sys.stderr"}:
                pytest.fail(f"{shown(path)}:{node.lineno} speaks to {ast.unparse(node)}")


def test_commands_load_heavy_rooms_only_when_they_need_them() -> None:
    for path in modules():
        here = room(dotted(path))
        for item in imports(path):
            if item.at_once and here != "fixes":
                assert room(item.name) != "fixes" or not item.name.startswith("mllint."), (
                    f"{shown(path)}:{item.line}"
                )


def test_module_names_say_what_a_module_is_for() -> None:
    vague = {"utils", "util", "common", "helpers", "helper", "misc", "tools", "base"}
    assert not [shown(path) for path in modules() if vague & {path.stem, *path.stem.split("_")}]


def test_modules_stay_small() -> None:
    lengths = {shown(path): path.read_text(encoding="utf-8").count("\n") for path in modules()}
    assert not {name: length for name, length in lengths.items() if length > 450}
    assert sorted(lengths.values())[len(lengths) // 2] < 150


def test_modules_and_public_things_say_what_they_are() -> None:
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree) or not tree.body, f"{shown(path)} has no docstring"
