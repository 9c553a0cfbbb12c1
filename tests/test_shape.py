"""The shape of the package: what may import what, complete tables, quick starts, no side doors."""

import ast
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from selfcheck_tools.dialects import DIALECTS
from selfcheck_tools.exporters import EXPORTERS, load
from selfcheck_tools.reading.finders import FINDERS
from selfcheck_tools.reports import REPORTS
from selfcheck_tools.rules import RULES
from tests.conftest import ROOT

PACKAGE = ROOT / "selfcheck_tools"

# A module imports only from those before it; a folder stands for all in it.
ORDER = (
    "errors", "interrupts", "outputs", "patterns", "toml_places", "codec", "secret", "text", "files", "templates", "media", "images", "model",
    "pile", "diagnostics",
    "quick", "markdown", "dialects", "reading", "read", "tex", "render", "fonts", "formulas", "identity", "likeness", "fingerprints", "lock",
    "rules", "workers", "memo", "exporters", "check", "fixing", "cache", "record", "config", "discovery", "program", "reports", "progress",
    "lastbuild", "manifest", "project", "asking", "unchanged", "building", "ankiconnect",
    "linting", "mending", "baseline", "revisions", "replay", "commands", "cli", "__main__",
)  # fmt: skip


def _modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def _imports(path: Path) -> set[str]:
    """The modules of this package that a module imports, in functions too, at run time."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "selfcheck_tools":
            found |= {alias.name for alias in node.names if alias.name != "__version__"}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            "selfcheck_tools."
        ):
            found.add(str(node.module).split(".")[1])
    return found


def _name(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def test_every_module_has_its_place() -> None:
    assert {_name(path) for path in _modules()} <= set(ORDER)


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    name = _name(path)
    for other in _imports(path):
        assert ORDER.index(other) < ORDER.index(name) or other == name, f"{name} imports {other}"


def test_rules_and_exporters_do_not_know_each_other() -> None:
    for path in _modules():
        if _name(path) == "rules":
            assert "exporters" not in _imports(path)
        if _name(path) == "exporters":
            assert "rules" not in _imports(path)


def test_every_rule_is_in_the_table() -> None:
    modules = {p.stem for p in (PACKAGE / "rules").glob("*.py") if not p.stem.startswith("_")}
    assert {rule.name.replace("-", "_") for rule in RULES} == modules


def test_every_exporter_is_in_the_table_and_loads() -> None:
    shelf = PACKAGE / "exporters"
    modules = {path.stem for path in shelf.glob("[!_]*.py")}
    modules |= {path.parent.name for path in shelf.glob("*/__init__.py")}
    assert {module.split(".")[2] for module, _ in EXPORTERS.values()} == modules
    assert all(callable(load(name)) for name in EXPORTERS)


SIDE_DOORS = ("print", "open", "input", "exit")
OUTSIDE = {
    "baseline",
    "replay",
    "program",
    "secret",
    "__main__",
    "lastbuild",
    "project",
    "linting",
    "cli",
    "commands",
    "config",
    "discovery",
    "cache",
    "record",
    "outputs",
    "interrupts",
    "manifest",
    "progress",
    "building",
    "unchanged",
    "workers",
    "files",
    "fonts",
}


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_below_the_driver_touches_the_outside(path: Path) -> None:
    if _name(path) in OUTSIDE:
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in SIDE_DOORS, f"{path}:{node.lineno} calls {node.func.id}"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            where = f"{node.value.id}.{node.attr}"
            assert where not in (
                "os.environ",
                "time.time",
                "datetime.now",
                "sys.exit",
                "random.random",
            ), f"{path}:{node.lineno} uses {where}"


HEAVY = (
    "weasyprint",
    "genanki",
    "jinja2",
    "nh3",
    "pygments",
    "yaml",
    "tqdm",
    "ziamath",
    "pikepdf",
    "PIL",
    "asyncio",
)


@pytest.mark.parametrize("arguments", [["--help"], ["lint"], ["explain"]])
def test_starting_is_quick_because_little_is_imported(arguments: list[str], tmp_path: Path) -> None:
    # Front matter alone takes yaml.
    (tmp_path / "plain.md").write_text("# T\n\n## Self-check\n\n### 1. What is it?\n\nThat.\n")
    code = (
        "import sys\nfrom selfcheck_tools.cli import main\n"
        f"main({arguments!r})\n"
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "sys.stderr.write('heavy: ' + ','.join(heavy))\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert done.stderr.endswith("heavy: "), done.stderr


def test_no_module_grew_without_a_reason() -> None:
    """Modules over 300 lines need one; these have it."""
    reasons = {
        "markdown": "the parser and its places",
        "render": "HTML, text, code and templates of one fragment",
        "likeness": "words, candidates and the comparison of two texts",
        "identity": "normal forms, sketches and the steps of one matching",
        "read": "assembly of one document",
        "project": "the driver",
        "config": "one reader a key, and where a key stands",
        "linting": "one run from paths to findings",
        "commands/lint_command": "one function an option",
        "cli": "one function a command",
        "exporters/handout/papers": "one step of a selection after the other",
        "exporters/handout/book": "the parts of a book and what binds them",
        "exporters/handout/joined": "one writer of one PDF",
    }
    found = (p for p in _modules() if len(p.read_text().splitlines()) > 300)
    long = {p.relative_to(PACKAGE).with_suffix("").as_posix() for p in found}
    assert long <= set(reasons), long - set(reasons)


def test_no_function_grew_without_a_reason() -> None:
    """Functions over 40 lines need one; these have it."""
    reasons = {
        "building.export": "one run from what is asked to what is told",
        "commands/lint_command.add_arguments": "a call for each option",
        "commands/push_command._carry_out": "what is said before, while and after",
        "exporters/handout/__init__.export": "one paper after the other",
        "exporters/handout/__init__._view": "a name for each thing that a template sees",
        "exporters/handout/asked.asked": "a field for each thing that a question shows",
        "exporters/handout/book._made": "the order in which a book is bound",
        "images._look_at_svg": "handlers that share what they saw",
        "likeness._near": "one loop, kept in local names for speed",
        "likeness._is_reordered": "one comparison of two texts",
        "linting._lint": "what is recalled, what is checked, and what of both is kept",
        "project.artifacts": "what an exporter is given, and what becomes of its errors",
        "read.document": "a field for each part of a document",
        "read._sections": "one pass over heads and headings",
        "reading/pitfalls.pitfalls": "one pass over the tokens",
    }
    long = {
        f"{path.relative_to(PACKAGE).with_suffix('').as_posix()}.{node.name}"
        for path in _modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= 40
    }
    assert long == set(reasons)


def test_modules_import_alone() -> None:
    for path in _modules():
        dotted = ".".join(("selfcheck_tools", *path.relative_to(PACKAGE).with_suffix("").parts))
        if not dotted.endswith("__main__"):
            import_module(dotted.removesuffix(".__init__"))


def test_every_dialect_has_a_finder() -> None:
    assert list(FINDERS) == [dialect.name for dialect in DIALECTS]
    listed = re.findall(r"^\| `([a-z-]+)` \|", (ROOT / "docs/reading.md").read_text(), re.MULTILINE)
    assert listed == list(FINDERS)


def test_every_report_is_in_the_table_and_loads() -> None:
    modules = {p.stem for p in (PACKAGE / "reports").glob("*.py") if not p.stem.startswith("_")}
    formats = modules - {"terminal"}
    assert formats <= {*REPORTS, "objects"}
    assert all("".join(report([], {})) is not None for report in REPORTS.values())
