"""The structure of builder/: each room imports only from itself and the rooms above it in the table of CONTRIBUTING.md,
and each library is imported only in its rooms.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from golden import ROOT

from builder.cli.main import explainer

BUILDER = ROOT / "builder"

TABLE = re.findall(r"^\| `(\w+)(?:/|\.py)` \| [^|]+ \|([^|]*)\|$", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.M)
"""The rooms and the libraries that they alone import, from the table in CONTRIBUTING.md, lowest first."""

ROOMS = [room for room, _ in TABLE]

LIBRARIES: dict[str, set[str]] = {}
"""Which rooms import a library; any room may import what is not named."""

for room, libraries in TABLE:
    for library in re.findall(r"`(\w+)`", libraries):
        LIBRARIES.setdefault(library, set()).add(room)

MODULES = sorted(path for path in BUILDER.rglob("*.py") if not path.name.startswith("__"))


def room_of(module: str) -> str:
    """The room of a dotted name such as `builder.dates.edtf_dates`."""
    return module.split(".")[1]


def imports(module: Path) -> set[str]:
    """The dotted names that a module imports, including imports in functions and for types."""
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
def test_a_module_imports_only_from_its_own_room_and_those_before_it(module: Path) -> None:
    room = module.relative_to(BUILDER).parts[0].removesuffix(".py")
    reachable = ROOMS[: ROOMS.index(room) + 1]
    for name in sorted(imports(module) - {"builder.__version__"}):
        library = name.split(".")[0]
        if library == "builder":
            assert room_of(name) in reachable, f"{name} comes after {room} in the table"
        assert room in LIBRARIES.get(library, {room}), f"{library} is not imported in {room}"


def test_the_table_of_rooms_lists_every_room() -> None:
    """The table in CONTRIBUTING.md has every room of builder/ and no other."""
    existing = {path.stem for path in BUILDER.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert set(ROOMS) == {name for name in existing if not name.startswith("__")}


@pytest.mark.parametrize("room", sorted(BUILDER.rglob("__init__.py")), ids=lambda path: path.parent.name)
def test_the_init_file_of_a_room_contains_only_a_docstring(room: Path) -> None:
    tree = ast.parse(room.read_text("utf-8"))
    assert ast.get_docstring(tree)
    statements = [node for node in tree.body[1:] if not (isinstance(node, ast.Assign) and room.parent == BUILDER)]
    assert statements == []


def test_no_room_has_too_many_modules() -> None:
    """A folder has few enough modules to take in at a glance."""
    for folder in {module.parent for module in MODULES}:
        most = 19 if folder.name == "models" else 8
        assert len([path for path in MODULES if path.parent == folder]) <= most, folder


def test_every_library_is_used_in_each_of_its_rooms() -> None:
    """LIBRARIES lists no room that does not import the library."""
    used: dict[str, set[str]] = {}
    for module in MODULES:
        for name in imports(module):
            used.setdefault(name.split(".")[0], set()).add(module.relative_to(BUILDER).parts[0].removesuffix(".py"))
    assert {library: used.get(library, set()) for library in LIBRARIES} == LIBRARIES


def test_the_files_named_in_contributing_exist() -> None:
    guide = (
        (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Where a change belongs")[2].partition("\n## ")[0]
    )
    named = re.findall(r"`([a-z_]+(?:/[a-z_.-]*)+)`", guide)
    assert len(named) > 30
    assert [name for name in named if not (BUILDER / name).exists() and not (ROOT / name).exists()] == []


def test_every_command_in_the_readme_exists() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    made = re.findall(r"\bmake ([a-z]+)\b(?=`|  | PORT)", readme)
    run = re.findall(r"-m builder (?!--)([a-z]+)", readme)
    assert made
    assert run
    assert set(made) <= set(targets)
    assert set(run) <= set(explainer.commands)
