"""The rules: each example in a manual, and each edge case beside it, is a test.

A `markdown` block opens a case; `title="a.md"` names its file, and titled blocks with no prose
between them are one case. `files` lists other files that exist (tests/pictures.py says what is in
them), `diagnostics` what is expected (nothing, where it is absent), `fixed` the text after the safe fixes, `fixed unsafe` after all.
`options` sets options of the rule, as TOML.
`␠` is a space that would be invisible, `→` a tab, `⟨U+200B⟩` a character by its number.
"""

import os
import re
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from pkgutil import iter_modules
from typing import NamedTuple

import msgspec
import pytest
from _pytest.mark import ParameterSet
from hypothesis import given, settings
from hypothesis import strategies as st

from selfcheck_tools import rules
from selfcheck_tools.check import check
from selfcheck_tools.diagnostics import Severity
from selfcheck_tools.files import Disk, Memory
from selfcheck_tools.fixing import fix
from selfcheck_tools.read import read
from selfcheck_tools.rules import RULES, Context, Rule
from selfcheck_tools.text import Source
from tests import pictures
from tests.suites import visible

EDGES = Path(__file__).parent / "rules"
TODAY = "2026-11-24"
BY_NAME = {rule.name: rule for rule in RULES}


class Case(NamedTuple):
    """An example: its documents by path, what else exists, and what is expected."""

    documents: dict[str, str]
    files: tuple[str, ...] = ()
    diagnostics: str = ""
    fixed: str | None = None
    unsafe: bool = False
    options: str = ""

    def set(self, rule: Rule) -> Rule:
        """The rule with the options of this case."""
        values = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in tomllib.loads(self.options).items()
        }
        assert values.keys() <= rule.options.keys()
        return msgspec.structs.replace(rule, options={**rule.options, **values})

    @property
    def memory(self) -> Memory:
        return Memory({**self.documents, **dict(map(pictures.file, self.files))})

    def found(self, *which: Rule) -> list[str]:
        """What some rules say, as the examples write it."""
        sources = [Source(path, text) for path, text in self.documents.items()]
        names = {rule.name for rule in which}
        shown = []
        for found in check(
            [(read(s), s) for s in sources], self.memory, in_force(*which), today=TODAY
        ):
            if found.rule not in names:
                continue
            source = Source(found.path, self.documents[found.path])
            at = source.position(found.finding.span.start)
            place = f"{found.path}:" if len(sources) > 1 else ""
            shown.append(f"{place}{at.line}:{at.column} {found.finding.message}")
        return shown


def in_force(*which: Rule) -> list[Rule]:
    """Some rules, with all others where they judge what these say."""
    names = {rule.name for rule in which}
    judges = any(rule.judge for rule in which)
    return [*which, *(rule for rule in RULES if judges and rule.name not in names)]


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
            found[-1] = found[-1]._replace(files=tuple(text.splitlines()))
        elif info == "diagnostics":
            found[-1] = found[-1]._replace(diagnostics=text)
        elif info == "options":
            found[-1] = found[-1]._replace(options=text)
        elif info in ("fixed", "fixed unsafe"):
            found[-1] = found[-1]._replace(fixed=text, unsafe=info.endswith("unsafe"))
        else:
            raise ValueError(f"a block of an unknown kind: {info}")
    return found


def _all() -> Iterator[ParameterSet]:
    for rule in RULES:
        for number, case in enumerate(examples(rule.manual), 1):
            yield pytest.param(rule, case, id=f"{rule.name}: example {number}")
    for path in sorted(EDGES.glob("*.md")):
        for section in re.split(r"^## Case: ", path.read_text(encoding="utf-8"), flags=re.M)[1:]:
            for case in examples(section):
                name = section.split("\n", 1)[0]
                yield pytest.param(BY_NAME[path.stem], case, id=f"{path.stem}: {name}")


CASES = list(_all())
MENDED = [param for param in CASES if param.values[1].fixed is not None]


# ── examples ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_says_what_is_written(rule: Rule, case: Case) -> None:
    assert "\n".join(case.found(case.set(rule))) == case.diagnostics.rstrip("\n")


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_fixes_as_is_written(rule: Rule, case: Case) -> None:
    for path, text in case.documents.items():
        wanted = text if case.fixed is None else case.fixed
        after = fix(
            Source(path, text),
            case.memory,
            in_force(case.set(rule)),
            unsafe=case.unsafe,
            today=TODAY,
        )
        assert after.source.text == wanted
        again = fix(
            after.source, case.memory, in_force(case.set(rule)), unsafe=case.unsafe, today=TODAY
        )
        assert again == (after.source, (), ())


@pytest.mark.parametrize(("rule", "case"), MENDED)
def test_a_fix_brings_nothing_new(rule: Rule, case: Case) -> None:
    assert case.fixed is not None
    after = case._replace(documents={"a.md": case.fixed})
    # An unsafe fix may change headings, and with them the anchors that links lead to.
    serious = [
        each
        for each in RULES
        if each.severity.rank < Severity.INFO.rank
        and not (case.unsafe and each.name == "broken-anchor")
    ]
    before, now = (_messages(each.found(*serious)) for each in (case, after))
    assert after.found(case.set(rule)) == []
    assert [message for message in now if message not in before] == []


def _messages(found: list[str]) -> list[str]:
    """Messages without their places and numbers, which a fix may change."""
    return [re.sub(r"\d+", "N", line) for line in found]


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_line_ends_of_windows_make_no_difference(rule: Rule, case: Case) -> None:
    if rule.name == "mixed-line-ends":
        return
    windows = {path: text.replace("\n", "\r\n") for path, text in case.documents.items()}
    rule = case.set(rule)
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
    assert rule.fixable == any(case.fixed is not None and not case.unsafe for case in cases)
    assert (rule.collect is not None) == (rule.check_all is not None)
    assert sum(way is not None for way in (rule.check, rule.check_all, rule.judge)) == 1


# ── images on disk ──────────────────────────────────────────────────────────────────────────────


def _on_disk(root: Path, target: str) -> list[str]:
    source = Source("a.md", f"## Self-check\n\n### 1. Q?\n\n![A]({target})\n")
    found = check([(read(source), source)], Disk(str(root)), [BY_NAME["broken-image"]])
    return [each.finding.message for each in found]


def test_a_symbolic_link_that_leads_out_is_outside(tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.mkdir()
    (tmp_path / "queue.png").write_bytes(b"x")
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "queue.png").write_bytes(b"x")
    (content / "queue.png").symlink_to("../queue.png")
    (content / "images").symlink_to("../images")
    outside = "is outside of the content folder"
    assert _on_disk(content, "queue.png") == [f"image queue.png {outside}"]
    assert _on_disk(content, "images/queue.png") == [f"image images/queue.png {outside}"]


def test_a_symbolic_link_within_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "queue.png").write_bytes(b"x")
    (tmp_path / "alias.png").symlink_to("queue.png")
    (tmp_path / "nowhere.png").symlink_to("gone.png")
    assert _on_disk(tmp_path, "alias.png") == []
    assert _on_disk(tmp_path, "nowhere.png") == ["image nowhere.png does not exist"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_is_no_image_and_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "queue.png")
    assert _on_disk(tmp_path, "queue.png") == ["image queue.png is no regular file"]


HELP = [
    (["images/queue.png"], "images/queue.jpg", "did you mean images/queue.png?"),
    (["images/queue.png"], "image/quue.png", "did you mean images/queue.png?"),
    (["images/queue.png"], "images\\queue.png", "did you mean images/queue.png?"),
    (["images/queue.png"], "/images/queue.png", "did you mean images/queue.png?"),
    (["images/my queue.png"], "images/myqueue.png", "did you mean images/my%20queue.png?"),
    (["images/queue.png"], "images/zebra.png", "put the file there, or take the image out"),
    (["queue.md"], "queue.png", "put the file there, or take the image out"),
    ([], "images/queue.png", "there is no folder images"),
    (["cafe\u0301.png"], "caf\u00e9.png", "Unicode form"),
    ([], "../queue.png", "run selfcheck on a folder that holds both"),
]


@pytest.mark.parametrize(("files", "target", "help"), HELP)
def test_says_what_may_have_been_meant(files: list[str], target: str, help: str) -> None:
    source = Source("a.md", f"## Self-check\n\n### 1. Q?\n\n![A](<{target}>)\n")
    memory = Memory(dict.fromkeys(files, ""))
    (found,) = check([(read(source), source)], memory, [BY_NAME["broken-image"]])
    assert help in found.finding.help


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────

NUMBER = BY_NAME["question-number"]


def _headings(numbers: list[int | None], mark: str = ".") -> str:
    heads = [f"{number}{mark} " if number is not None else "" for number in numbers]
    questions = [f"### {head}What is {at}?\n\nAnswer {at}\n" for at, head in enumerate(heads)]
    return "## Self-check\n\n" + "\n".join(questions)


def _breaks(numbers: list[int | None]) -> int:
    return len(Case({"a.md": _headings(numbers)}).found(NUMBER))


RUNS = st.tuples(st.integers(0, 120), st.integers(4, 15)).map(lambda t: range(t[0], t[0] + t[1]))


@settings(deadline=None)
@given(RUNS)
def test_numbers_one_after_the_other_are_no_finding(run: range) -> None:
    assert _breaks(list(run)) == 0


@settings(deadline=None)
@given(RUNS, st.data())
def test_one_slip_is_one_finding(run: range, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(run) - 2))
    numbers = list(run)
    taken_out = numbers[:at] + numbers[at + 1 :]
    put_in = [*numbers[: at + 1], *numbers[at:]]
    swapped = [*numbers[:at], numbers[at + 1], numbers[at], *numbers[at + 2 :]]
    without = [*numbers[:at], None, *numbers[at + 1 :]]
    slip = [*numbers[:at], data.draw(st.integers(500, 900)), *numbers[at + 1 :]]
    assert [_breaks(each) for each in (taken_out, put_in, swapped, without, slip)] == [1] * 5


@settings(deadline=None)
@given(
    st.lists(st.lists(st.none() | st.integers(0, 120), min_size=1, max_size=8), max_size=4),
    st.sampled_from([".", ")", ":"]),
)
def test_the_fix_puts_any_numbers_in_order(sections: list[list[int | None]], mark: str) -> None:
    text = "\n".join(_headings(numbers, mark) for numbers in sections)
    source = Source("a.md", text)
    fixed = fix(source, Memory({}), [NUMBER])
    before, after = read(source), read(fixed.source)
    assert fixed.refused == ()
    assert [q.prompt.markdown for q in after.questions] == [
        q.prompt.markdown for q in before.questions
    ]
    assert Case({"a.md": fixed.source.text}).found(NUMBER) == []
    assert fix(fixed.source, Memory({}), [NUMBER]) == (fixed.source, (), ())
    assert _messages(Case({"a.md": fixed.source.text}).found(*RULES)) == [
        line for line in _messages(Case({"a.md": text}).found(*RULES)) if "number" not in line
    ]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 120), st.integers(1, 3)), min_size=2, max_size=12))
def test_the_fix_of_a_list_moves_no_text(items: list[tuple[int, int]]) -> None:
    text = ""
    for number, blanks in items:
        mark = f"{number}.{' ' * blanks}"
        indent = " " * len(mark)
        text += f"{mark}What?\n{indent}- A. x\n{indent}- B. y\n\n{indent}Answer: A\n\n"
    source = Source("a.md", text)
    fixed = fix(source, Memory({}), [NUMBER])
    assert fixed.refused == ()
    before, after = read(source), read(fixed.source)
    assert len(before.questions) == len(items)
    assert [q.options[1].content.markdown for q in after.questions] == ["y"] * len(items)


def test_thousands_of_numbers_out_of_order_take_no_long_time() -> None:
    numbers: list[int | None] = [at * 7 % 9_999 for at in range(3_000)]
    source = Source("a.md", _headings(numbers))
    document = read(source)
    start = time.perf_counter()
    assert NUMBER.check is not None
    found = list(NUMBER.check(document, Context(source, Memory({}), NUMBER.options)))
    assert len(found) > 2_000
    assert time.perf_counter() - start < 5
