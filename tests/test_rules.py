"""The rules: each example in a manual, and each edge case beside it, is a test.

A `markdown` block opens a case; `title="a.md"` names its file, and titled blocks with no prose
between them are one case. `files` lists other files that exist, `diagnostics` what is expected
(nothing, where it is absent), `fixed` the text after the safe fixes, `fixed unsafe` after all.
`␠` is a space that would be invisible, `→` a tab.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from pkgutil import iter_modules
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcheck_tools import rules
from selfcheck_tools.check import check, fix
from selfcheck_tools.files import Disk, Memory
from selfcheck_tools.read import read
from selfcheck_tools.rules import RULES, Rule
from selfcheck_tools.text import Source
from tests.suites import visible

EDGES = Path(__file__).parent / "rules"
BY_NAME = {rule.name: rule for rule in RULES}


class Case(NamedTuple):
    """An example: its documents by path, what else exists, and what is expected."""

    documents: dict[str, str]
    files: tuple[str, ...] = ()
    diagnostics: str = ""
    fixed: str | None = None
    unsafe: bool = False

    @property
    def memory(self) -> Memory:
        return Memory({**self.documents, **dict.fromkeys(self.files, "")})

    def found(self, *which: Rule) -> list[str]:
        """What some rules say, as the examples write it."""
        sources = [Source(path, text) for path, text in self.documents.items()]
        shown = []
        for found in check([(read(s), s) for s in sources], self.memory, which):
            source = Source(found.path, self.documents[found.path])
            at = source.position(found.finding.span.start)
            place = f"{found.path}:" if len(sources) > 1 else ""
            shown.append(f"{place}{at.line}:{at.column} {found.finding.message}")
        return shown


# ── reading examples ────────────────────────────────────────────────────────────────────────────

_BLOCK = re.compile(
    r"^(?P<fence>`{3,})(?P<info>[^\n`]+)\n(?P<text>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL
)
_TITLE = re.compile(r'markdown title="([^"]+)"')


def examples(manual: str) -> list[Case]:
    """The cases that a manual shows."""
    found: list[Case] = []
    joins, done = False, 0
    for block in _BLOCK.finditer(manual):
        joins = joins and not manual[done : block.start()].strip()
        info, text, done = block["info"], visible(block["text"]), block.end()
        if title := _TITLE.fullmatch(info):
            if not joins:
                found.append(Case({}))
            found[-1].documents[title[1]] = text
            joins = True
            continue
        joins = False
        if info == "markdown":
            found.append(Case({"a.md": text}))
        elif info == "files":
            found[-1] = found[-1]._replace(files=tuple(text.split()))
        elif info == "diagnostics":
            found[-1] = found[-1]._replace(diagnostics=text)
        elif info in ("fixed", "fixed unsafe"):
            found[-1] = found[-1]._replace(fixed=text, unsafe=info.endswith("unsafe"))
        else:
            raise ValueError(f"a block of an unknown kind: {info}")
    return found


def _all() -> Iterator[object]:
    for rule in RULES:
        for number, case in enumerate(examples(rule.manual), 1):
            yield pytest.param(rule, case, id=f"{rule.name}: example {number}")
    for path in sorted(EDGES.glob("*.md")):
        for section in re.split(r"^## Case: ", path.read_text(encoding="utf-8"), flags=re.M)[1:]:
            for case in examples(section):
                name = section.split("\n", 1)[0]
                yield pytest.param(BY_NAME[path.stem], case, id=f"{path.stem}: {name}")


CASES = list(_all())


# ── examples ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_says_what_is_written(rule: Rule, case: Case) -> None:
    assert "\n".join(case.found(rule)) == case.diagnostics.rstrip("\n")


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_fixes_as_is_written(rule: Rule, case: Case) -> None:
    for path, text in case.documents.items():
        wanted = text if case.fixed is None else case.fixed
        after = fix(Source(path, text), case.memory, [rule], unsafe=case.unsafe)
        assert after.source.text == wanted
        again = fix(after.source, case.memory, [rule], unsafe=case.unsafe)
        assert again == (after.source, (), ())


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_a_fix_brings_nothing_new(rule: Rule, case: Case) -> None:
    if case.fixed is None:
        return
    after = case._replace(documents={"a.md": case.fixed})
    before, now = (_messages(each.found(*RULES)) for each in (case, after))
    assert after.found(rule) == []
    assert [message for message in now if message not in before] == []


def _messages(found: list[str]) -> list[str]:
    """Messages without their places and numbers, which a fix may change."""
    return [re.sub(r"\d+", "N", line) for line in found]


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_a_document_on_disk_that_ends_lines_as_windows_does_is_no_other(
    rule: Rule, case: Case
) -> None:
    windows = {path: text.replace("\n", "\r\n") for path, text in case.documents.items()}
    assert case._replace(documents=windows).found(rule) == case.found(rule)


# ── the table ───────────────────────────────────────────────────────────────────────────────────


def test_every_module_is_a_rule_in_the_table() -> None:
    modules = {found.name for found in iter_modules(rules.__path__)}
    public = {name for name in modules if not name.startswith("_")}
    assert {rule.name.replace("-", "_") for rule in RULES} == public
    assert len(RULES) == len(public)


def test_every_edge_file_belongs_to_a_rule() -> None:
    assert {path.stem for path in EDGES.glob("*.md")} <= BY_NAME.keys()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_whole(rule: Rule) -> None:
    cases = examples(rule.manual)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.name)
    assert re.fullmatch(r"[A-Z][^.\n]+\.", rule.fault)
    assert max(map(len, rule.manual.splitlines())) <= 80
    assert any(case.diagnostics for case in cases)
    assert any(not case.diagnostics for case in cases)
    assert rule.fixable == any(case.fixed is not None for case in cases)
    assert (rule.check is None) == (rule.collect is not None) == (rule.check_all is not None)
