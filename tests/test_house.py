"""The house: each room imports only from rooms below it, and each library has its rooms."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from golden import ROOT

BUILDER = ROOT / "builder"

ROOMS = re.findall(r"^\| `(\w+)(?:/|\.py)` \|", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.M)
"""The rooms in the order of the table in CONTRIBUTING.md, lowest first."""

LIBRARIES = {
    "babel": {"dates", "explainer", "editing"},
    "click": {"cli"},
    "edtf": {"dates"},
    "icalendar": {"exports"},
    "jinja2": {"pages", "site"},
    "mkdocs": {"site", "preview"},
    "pybtex": {"editing"},
    "pydantic": {"exports", "records"},
    "pydantic_core": {"records"},
    "watchdog": {"preview"},
    "yaml": {"parsing"},
}
"""Which rooms import a library; any room may import what is not named here."""

MODULES = sorted(path for path in BUILDER.rglob("*.py") if not path.name.startswith("__"))


def room_of(module: str) -> str:
    """The room of a dotted name such as `builder.dates.edtf_dates`."""
    return module.split(".")[1]


def imports(module: Path) -> set[str]:
    """The dotted names that a module imports, late imports and imports for types included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            assert node.module
            found.update(
                {f"builder.{alias.name}" for alias in node.names} if node.module == "builder" else {node.module}
            )
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(BUILDER).as_posix())
def test_a_module_imports_from_its_own_room_and_those_below(module: Path) -> None:
    room = module.relative_to(BUILDER).parts[0].removesuffix(".py")
    reachable = ROOMS[: ROOMS.index(room) + 1]
    for name in sorted(imports(module) - {"builder.__version__"}):
        library = name.split(".")[0]
        if library == "builder":
            assert room_of(name) in reachable, f"{name} is above {room}"
        assert room in LIBRARIES.get(library, {room}), f"{library} is not imported in {room}"


def test_the_house_on_paper_is_the_house() -> None:
    """Every room of builder/ is in the table of CONTRIBUTING.md, and no other."""
    there = {path.stem for path in BUILDER.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert set(ROOMS) == {name for name in there if not name.startswith("__")}


@pytest.mark.parametrize("room", sorted(BUILDER.rglob("__init__.py")), ids=lambda path: path.parent.name)
def test_a_room_opens_with_what_it_owns_and_is_else_empty(room: Path) -> None:
    tree = ast.parse(room.read_text("utf-8"))
    assert ast.get_docstring(tree)
    statements = [node for node in tree.body[1:] if not (isinstance(node, ast.Assign) and room.parent == BUILDER)]
    assert statements == []


def test_no_room_is_crowded() -> None:
    """A folder has as many modules as one reads at a glance."""
    for folder in {module.parent for module in MODULES}:
        most = 16 if folder.name == "models" else 8
        assert len([path for path in MODULES if path.parent == folder]) <= most, folder


def test_libraries_are_where_the_list_says() -> None:
    """No library is listed for a room that does not use it."""
    used: dict[str, set[str]] = {}
    for module in MODULES:
        for name in imports(module):
            used.setdefault(name.split(".")[0], set()).add(module.relative_to(BUILDER).parts[0].removesuffix(".py"))
    assert {library: used.get(library, set()) for library in LIBRARIES} == LIBRARIES
