"""JUnit's XML: a suite a document, a case a finding."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from selfcheck_tools.diagnostics import Diagnostic, Severity
from selfcheck_tools.reports._words import told, xml
from selfcheck_tools.text import Source

_FAILING = (Severity.ERROR, Severity.WARNING)
_CLEAN = "nothing was found"


def junit(
    diagnostics: Sequence[Diagnostic],
    sources: Mapping[str, Source],
    *,
    documents: Sequence[str] = (),
    **look: object,
) -> Iterator[str]:
    """A suite for each of the documents checked, with a case for each finding.

    Errors and warnings fail, as they fail the run; remarks are cases that pass, with their text as
    what the case printed. A document without findings has one case, which passes. GitLab knows a
    case by its class (here the document) and its name, and hides all but one of those that agree
    in both, so names that would be equal are counted.
    """
    by_path: defaultdict[str, list[Diagnostic]] = defaultdict(
        list, {path: [] for path in documents}
    )
    for diagnostic in diagnostics:
        by_path[diagnostic.path].append(diagnostic)
    failing = sum(diagnostic.severity in _FAILING for diagnostic in diagnostics)
    cases = sum(max(len(found), 1) for found in by_path.values())
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="selfcheck" tests="{cases}" failures="{failing}" errors="0">\n'
    named: Counter[str] = Counter()
    for path in sorted(by_path):
        yield from _suite(path, by_path[path], named)
    yield "</testsuites>\n"


def _suite(path: str, found: Sequence[Diagnostic], named: Counter[str]) -> Iterator[str]:
    file = xml(path)
    failing = sum(diagnostic.severity in _FAILING for diagnostic in found)
    cases = max(len(found), 1)
    yield f'  <testsuite name="{file}" tests="{cases}" failures="{failing}" errors="0" skipped="0">\n'
    if not found:
        yield f'    <testcase classname="{file}" name="{_unique(file, _CLEAN, named)}" file="{file}"/>\n'
    for diagnostic in found:
        yield from _case(file, diagnostic, named)
    yield "  </testsuite>\n"


def _case(file: str, diagnostic: Diagnostic, named: Counter[str]) -> Iterator[str]:
    finding, place, severity = diagnostic.finding, diagnostic.place, diagnostic.severity
    name = _unique(file, xml(f"{diagnostic.rule}: {finding.message}"), named)
    where = f"{file}:{place.line}:{place.column}"
    said = f"{where}: {severity}[{xml(diagnostic.rule)}] {xml(told(finding))}"
    yield f'    <testcase classname="{file}" name="{name}" file="{file}" line="{place.line}">\n'
    if severity in _FAILING:
        message = xml(finding.message)
        yield f'      <failure type="{severity}" message="{message}">{said}</failure>\n'
    else:
        yield f"      <system-out>{said}</system-out>\n"
    yield "    </testcase>\n"


def _unique(file: str, name: str, named: Counter[str]) -> str:
    """A name that no other case of the same class has."""
    key = f"{file}\0{name}"
    while True:
        named[key] += 1
        unique = name if named[key] == 1 else f"{name} ({named[key]})"
        if unique == name or not named[f"{file}\0{unique}"]:
            named[f"{file}\0{unique}"] += unique != name
            return unique
