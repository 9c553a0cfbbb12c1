"""The manual of the rules as one page of Markdown, made from the rules themselves."""

from collections.abc import Iterator, Sequence

from selfcheck_tools.rules import Rule, Value

_TITLES = {
    "questions": "Questions and answers",
    "choices": "Options, solutions and blanks",
    "images": "Images",
    "links": "Links",
    "markdown": "Markdown that means something else",
    "text": "Bytes and characters",
    "safety": "What could run",
    "metadata": "Front matter, comments and the lock",
    "collection": "Across the collection",
    "allowances": "Allowances",
}


def manual(rules: Sequence[Rule]) -> str:
    """A list of all rules by family, then a section for each."""
    return "\n".join(_lines(rules))


def _lines(rules: Sequence[Rule]) -> Iterator[str]:
    yield "# Rules"
    yield ""
    yield f"The {len(rules)} rules of `selfcheck lint`; this page is what `selfcheck explain --all` prints."
    yield "The examples in it are run by the tests. ✎ marks rules with a safe fix; matters of taste are"
    yield "looked for only when they are selected."
    for family, title in _TITLES.items():
        yield from (
            "",
            f"**{title}** (`{family}`)",
            "",
            "| rule | severity | |",
            "| --- | --- | --- |",
        )
        for rule in rules:
            if rule.family == family:
                mark = " ✎" if rule.fixable else ""
                yield f"| [{rule.name}](#{rule.name}) | {rule.severity}{mark} | {rule.fault} |"
    for rule in rules:
        yield from ("", f"## {rule.name}", "", f"*{_facts(rule)}*", "", rule.manual.strip())
    yield ""


def _facts(rule: Rule) -> str:
    """Family, severity, fix and options of a rule, in a line."""
    facts = [rule.family, str(rule.severity)]
    if rule.fixable:
        facts.append("has a safe fix")
    facts += (f"option `{name} = {_toml(value)}`" for name, value in rule.options.items())
    return " · ".join(facts)


def _toml(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)
