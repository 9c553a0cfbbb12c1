"""Whatever was found, wherever: each format can be read, and holds every finding."""

import json
from collections import Counter
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfcheck_tools.diagnostics import Diagnostic, Fix, Related, Severity
from selfcheck_tools.reports import REPORTS, Summary
from selfcheck_tools.rules import RULES
from selfcheck_tools.text import Edit, Source, Span
from tests.reports.made import diagnosed, said
from tests.reports.test_github import commands
from tests.reports.test_sarif import SCHEMA

_PIECES = st.sampled_from(
    ["a", " ", "\n", "\r\n", "\t", "\x00", "\x1b[31m", "\x85", "\u2028", "\ud800", "\udcff", "]]>", "<",
     "&", '"', "%", "%0A", ":", ",", "::", "##[", "{0}", "[a](1)", "\ufffe", "\ufeff", "漢", "é", "😀"]
)  # fmt: skip
_TEXTS = st.lists(_PIECES | st.text(max_size=3), max_size=6).map("".join)
_PATHS = st.sampled_from(["a.md", "b.md", "/c.md"]) | _TEXTS


@st.composite
def _found(draw: st.DrawFn) -> tuple[list[Diagnostic], list[Source]]:
    paths = draw(st.lists(_PATHS, min_size=1, max_size=3, unique=True))
    sources = [Source(path, draw(_TEXTS)) for path in paths]

    def span(source: Source) -> Span:
        start = draw(st.integers(0, len(source.text)))
        return Span(start, draw(st.integers(start, len(source.text))))

    found = []
    for _ in range(draw(st.integers(0, 12))):
        source = draw(st.sampled_from(sources))
        other = draw(st.sampled_from(sources))
        within = span(other)
        fix = Fix((Edit(span(source), draw(_TEXTS)),), draw(_TEXTS), draw(st.booleans()))
        found.append(
            diagnosed(
                source,
                span(source),
                draw(_TEXTS),
                draw(_TEXTS),
                rule=draw(st.sampled_from(["odd-thing", *(rule.name for rule in RULES)])),
                severity=draw(st.sampled_from([*Severity])),
                fix=draw(st.sampled_from([None, fix])),
                related=draw(
                    st.sampled_from([(), (Related(other.path, within, "x", other.place(within)),)])
                ),
            )
        )
    return found, sources


def _lines(text: str) -> list[str]:
    """The lines of a text as a log has them."""
    lines = text.split("\n")
    assert lines.pop() == ""
    return lines


def _sarif_rules(text: str) -> list[str]:
    log = json.loads(text)
    SCHEMA.validate(log)
    return [result["ruleId"] for result in log["runs"][0]["results"]]


def _junit_rules(text: str) -> list[str]:
    cases = list(ElementTree.fromstring(text.encode()).iter("testcase"))
    names = [(case.get("classname"), str(case.get("name"))) for case in cases]
    assert len(set(names)) == len(names)
    return [name.split(":")[0] for _, name in names if not name.startswith("nothing was found")]


def _gitlab_rules(text: str) -> list[str]:
    found = json.loads(text)
    assert len({each["fingerprint"] for each in found}) == len(found)
    return [each["check_name"] for each in found]


def _concise_rules(text: str) -> list[str]:
    return [line.split("[")[-2 if line.endswith("[") else 1] for line in _lines(text)]


# How a program gets the rules of all findings out of each format.
READ: dict[str, Callable[[str], list[str]]] = {
    "json": lambda text: [each["rule"] for each in json.loads(text)],
    "jsonl": lambda text: [json.loads(line)["rule"] for line in _lines(text)],
    "github": lambda text: [
        properties["title"].removeprefix("selfcheck: ") for _, properties, _ in commands(text)
    ],
    "sarif": _sarif_rules,
    "junit": _junit_rules,
    "gitlab": _gitlab_rules,
    "checkstyle": lambda text: [
        str(error.get("source")).removeprefix("selfcheck.")
        for error in ElementTree.fromstring(text.encode()).iter("error")
    ],
    "rdjson": lambda text: [each["code"]["value"] for each in json.loads(text)["diagnostics"]],
}


def test_each_format_for_programs_is_read_back() -> None:
    assert set(READ) | {"text", "full", "concise"} == set(REPORTS)


@settings(deadline=None, max_examples=60)
@given(_found())
def test_every_format_parses_and_is_complete(given: tuple[list[Diagnostic], list[Source]]) -> None:
    found, sources = given
    for name, read in READ.items():
        text = said(name, found, *sources, documents=["z.md"])
        assert Counter(read(text)) == Counter(each.rule for each in found), name
        assert "\x1b" not in text


@settings(deadline=None, max_examples=60)
@given(_found(), st.integers(40, 100))
def test_what_people_read_has_a_line_or_a_block_a_finding(
    given: tuple[list[Diagnostic], list[Source]], width: int
) -> None:
    found, sources = given
    assert len(_lines(said("concise", found, *sources))) == len(found)
    full = said("full", found, *sources, width=width, summary=Summary(1, 1, 1))
    heads = [line for line in _lines(full) if line.startswith(tuple(f"{s}[" for s in Severity))]
    assert len(heads) == len(found)
    full.encode()
    assert "\x1b" not in full


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_every_format_takes_every_word_of_how_it_looks(name: str) -> None:
    source = Source("a.md", "x")
    look = {
        "width": 60,
        "color": False,
        "summary": Summary(1, 1, 1),
        "rules": RULES,
        "documents": ("a.md",),
        "version": "1.2.3",
        "home": "https://example.org/",
    }
    assert "odd" in said(name, [diagnosed(source, Span(0, 1))], source, **look)
