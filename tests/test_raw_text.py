"""The rules on raw characters and raw HTML: what is right stays quiet, whatever the script."""

import time

import pytest

from selfcheck_tools.check import check, check_document
from selfcheck_tools.files import Memory
from selfcheck_tools.fixing import fix
from selfcheck_tools.read import read
from selfcheck_tools.rules import RULES
from selfcheck_tools.text import Source

RAW = [rule for rule in RULES if rule.family in ("text", "safety")]
HEAD = "## Self-check\n\n### 1. Q?\n\n"
NOTHING = Memory({})


def found(text: str) -> list[tuple[str, str]]:
    """The rules that speak of an answer, and the text that they blame."""
    source = Source("a.md", HEAD + text + "\n")
    return [
        (each.rule, source.text[each.finding.span.start : each.finding.span.end])
        for each in check([(read(source), source)], NOTHING, RAW)
    ]


QUIET = [
    "« là\u00a0» et « café\u00a0» ; «\u00a0à\u00a0» …",
    "„Ä“ und groß” weiß… heiß“ „Ö“ – ‚Ü‘",
    "“AMANHÔ, É…», CAFɒS, NÃO e SÃO",
    "¿Qué año? ¡Ñ…! Ñ“ “â” – ê… Đà Nẵng Ø–Å”",
    "Δt = 3 µs, kΩ, mΩ, α-helix, σx, ρw, νe, χ2, H₂O, x²",
    "JSON\u0430, PDF\u043e\u043c, SQL\u0443, API-шный, СССР, X-лучи, 3D-модель",
    "👨\u200d👩\u200d👧 🏳\ufe0f\u200d🌈 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "می\u200cخواهم \u200eabc\u200e क्\u200dष ภาษา\u200bไทย \u2067שלום\u2069",
    "soft\u00adly 5\u00a0km 10\u202f000 no\u2060break",
    "```\n.\n├──\u00a0a\n│\u00a0\u00a0 └── b\n```",
    "`<script>x</script>`, `onclick=x` and `[a](javascript:x)`",
    "```html\n<iframe src=x></iframe>\n```",
    "Use <script> here, and <iframe> there.",
    "<!-- <script>x</script> -->",
    "a < b and onclick=3",
    '<img src="a.png" alt="one" title="onload = x">',
    '<a href="https://example.org/?javascript:x">x</a>',
    "[x](https://example.org/javascript:x) ![x](data:image/png;base64,AA)",
    '<p style="color: red" align=center>x</p>',
]


@pytest.mark.parametrize("text", QUIET)
def test_what_is_right_is_no_finding(text: str) -> None:
    assert found(text) == []


TOLD = [
    ("РџСЂРёРІРµС‚", "garbled-text", "РџСЂРёРІРµС‚"),
    ("Ð\u009fÑ€Ð¸Ð²ÐµÑ‚", "garbled-text", "Ð\u009fÑ€Ð¸Ð²ÐµÑ‚"),
    ("ðŸ˜€", "garbled-text", "ðŸ˜€"),
    ("ã\u0081\u0093ã‚“ã\u0081«", "garbled-text", "ã\u0081\u0093ã‚“ã\u0081«"),
    ("ï¿½", "garbled-text", "ï¿½"),
    ("p\u0430ypal.com", "look-alike-letter", "\u0430"),
    ("E\u03bb\u03bb\u03ac\u03b4\u03b1", "look-alike-letter", "E"),
    ("x\x1b[31mred", "control-character", "\x1b[31m"),
    ("x\x00y", "control-character", "\x00"),
    ("a\u200eb", "invisible-character", "\u200e"),
    ("a\ufeffb", "invisible-character", "\ufeff"),
    ("a\U000e0041\U000e0042b", "invisible-character", "\U000e0041\U000e0042"),
    ("`a\u00a0b`", "invisible-character", "\u00a0"),
    ("`a\u202eb`", "bidirectional-control", "\u202e"),
    ("\u202ex\n\ny\u202c", "bidirectional-control", "\u202e"),
    ("<script>x</script>", "unsafe-element", "<script>"),
    ("x <iframe src=x></iframe> y", "unsafe-element", "<iframe src=x>"),
    ("> <embed src=x>", "unsafe-element", "<embed src=x>"),
    ("| a |\n|-|\n| <object data=x></object> |", "unsafe-element", "<object data=x>"),
    ("<details><summary>a</summary>\n\n<form></form>\n\n</details>", "unsafe-element", "<form>"),
    ("<meta http-equiv=refresh content=0>", "unsafe-element", None),
    ("<img src=x onerror=y>", "unsafe-attribute", "onerror=y"),
    ("<img src=x style='background: url(y)'>", "unsafe-attribute", "style='background: url(y)'"),
    ("<a href='&#x6A;ava&Tab;script:x'>y</a>", "unsafe-target", "&#x6A;ava&Tab;script:x"),
    ('<svg><a xlink:href="javascript:x">y</a></svg>', "unsafe-target", "javascript:x"),
    ("[x](JaVaScRiPt:y)", "unsafe-target", "[x](JaVaScRiPt:y)"),
    ("[x](java&#10;script:y)", "unsafe-target", "[x](java&#10;script:y)"),
    ("![x](data:text/html,y)", "unsafe-target", "![x](data:text/html,y)"),
    ("[r]\n\n[r]: vbscript:y", "unsafe-target", "[r]"),
]


@pytest.mark.parametrize(("text", "rule", "blamed"), TOLD)
def test_what_does_harm_is_told_with_its_place(text: str, rule: str, blamed: str | None) -> None:
    first = found(text)[0]
    assert first == (rule, blamed if blamed is not None else first[1])


CYRILLIC = "Привет, мир! Это простой текст.\n"
ENCODED = [
    ("café naïve ’\n", "windows-1252", True),
    (CYRILLIC, "windows-1251", True),
    (CYRILLIC, "koi8-r", True),
    (HEAD, "utf-16", True),
    (HEAD, "utf-16-be", True),
    ("příliš žluťoučký kůň\n", "windows-1250", False),
    ("zażółć gęślą jaźń\n", "windows-1250", False),
    ("日本語テキスト\n", "shift-jis", False),
]


@pytest.mark.parametrize(("text", "encoding", "is_clear"), ENCODED)
def test_an_encoding_is_turned_into_utf_8_only_where_it_is_clear(
    text: str, encoding: str, is_clear: bool
) -> None:
    data = text.encode(encoding)
    source = Source.from_bytes("a.md", data)
    assert [d.rule for d in check_document(read(source), source, NOTHING, RAW).diagnostics] == [
        "wrong-encoding"
    ]
    after = fix(source, NOTHING, RAW, unsafe=True).source
    assert after.to_bytes() == (text.encode() if is_clear else data)


def test_a_mark_or_the_line_ends_change_nothing_that_is_read() -> None:
    source = Source("a.md", "\ufeff## Self-check\r\n\r\n### 1. Q?\n\n```\r\na  \r\n```\r\n\r\n")
    result = fix(source, NOTHING, RAW)
    assert result.refused == ()
    assert result.source.text == "## Self-check\r\n\r\n### 1. Q?\r\n\r\n```\r\na  \r\n```\r\n\r\n"


MANY = 50_000
HOSTILE = [
    " " * MANY + "x",
    "a \n" * MANY,
    "a\r\nb\n" * MANY,
    "\u200d" * MANY,
    "\u202e" * MANY,
    "a\u0430" * MANY,
    "\u0430" * MANY + "a",
    "Ã©" * MANY,
    "\udce9" * MANY,
    "\x1b[" * MANY,
    "<div>\n" + "<a " * MANY,
    "<div>\n" + "<a \"<a '" * MANY,
    "<div>\n" + "<style></style>" * (MANY // 5),
    "<div>\n<a " + "b " * MANY + ">",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_much_of_anything_takes_no_long_time(text: str) -> None:
    source = Source("a.md", HEAD + text + "\n")
    document = read(source)
    start = time.perf_counter()
    check_document(document, source, NOTHING, RAW)
    assert time.perf_counter() - start < 3
