"""HTML and plain text: safe, balanced, and nothing of the author's words lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfcheck_tools.model import Document, Fragment, Question
from selfcheck_tools.read import read
from selfcheck_tools.render import Target, html, plain_text, prompt_html
from selfcheck_tools.text import Source, Span


def rendered(markdown: str, target: Target | None = None) -> str:
    document = Document(path="a.md", dialect="")
    return html(document, Fragment(Span(0, 0), markdown), target or Target())


def question(text: str) -> tuple[Document, Question]:
    document = read(Source("a.md", f"# T\n\n## Self-check\n\n{text}\n"))
    return document, document.questions[0]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("**b** *i* ~~s~~ `c`", "<p><strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>"),
        ("see https://a.b/c_d.", '<p>see <a href="https://a.b/c_d">https://a.b/c_d</a>.</p>'),
        ("at www.a.b/c.", '<p>at <a href="http://www.a.b/c">www.a.b/c</a>.</p>'),
        (
            "[www.a.b](https://c.d) `www.a.b`",
            '<p><a href="https://c.d">www.a.b</a> <code>www.a.b</code></p>',
        ),
        ("[x](other.md)", "<p><a>x</a></p>"),  # leads nowhere outside of the repository
        ("a $x^2$ b", r"<p>a \(x^2\) b</p>"),
        ("$5 and $6", "<p>$5 and $6</p>"),
        ("$HOME:$PATH", "<p>$HOME:$PATH</p>"),
        ("{{c1::x}} {{ y }}", "<p>{{c1::x}} {{ y }}</p>"),
        ("use List<String> here", "<p>use List&lt;String&gt; here</p>"),
        ("a <div> in a sentence", "<p>a &lt;div&gt; in a sentence</p>"),
        ("from <a> to <img>", "<p>from &lt;a&gt; to &lt;img&gt;</p>"),
        ('<img alt="x" src="a.png">', '<img src="a.png" alt="x">'),
        ("a <b>bold</b> word", "<p>a <b>bold</b> word</p>"),
        ("- [x] a\n- [ ] b", '<ul>\n<li class="task">☑ a</li>\n<li class="task">☐ b</li>\n</ul>'),
        ("text <!-- hidden -->", "<p>text </p>"),
    ],
)
def test_html(markdown: str, expected: str) -> None:
    assert rendered(markdown) == expected


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,xx)",
        "<iframe src='https://a.b'></iframe>",
        "<svg onload=alert(1)></svg>",
        "<style>body{}</style>",
        "<p style='background:url(https://a.b)'>x</p>",
        '<a href="&#106;avascript:alert(1)">x</a>',
        "![x](javascript:alert(1))",
        "<math><mtext></p><img src=1 onerror=alert(1)>",
    ],
)
def test_nothing_that_runs_or_fetches_gets_through(markdown: str) -> None:
    found = rendered(markdown, Target(image=lambda target: None)).lower()
    for word in (
        "<script",
        "onerror=",
        "onload=",
        'href="javascript',
        "<iframe",
        "<svg",
        "<style",
        "style=",
    ):
        assert word not in found


@pytest.mark.parametrize(
    "markdown", ["<div>\n\n- a", "</p></div>x", "<b>a", "<table><tr><td>x", "<details><summary>x"]
)
def test_what_comes_out_is_balanced(markdown: str) -> None:
    found = rendered(markdown)
    for tag in ("div", "b", "table", "details", "p"):
        assert found.count(f"<{tag}>") == found.count(f"</{tag}>")


def test_pictures_and_sounds_are_put_in_by_the_target() -> None:
    target = Target(
        image=lambda t: "here.png" if t == "a%20b.png" else None, sound=lambda t: f"[{t}]"
    )
    assert '<img src="here.png" alt="alt">' in rendered("![alt](<a b.png>)", target)
    assert "missing picture: alt" in rendered("![alt](c.png)", target)
    assert rendered("![](x.mp3)", target) == "<p>[x.mp3]</p>"
    assert "missing picture" in rendered("<img src='d.png'>", target)


def test_code_is_highlighted_with_classes() -> None:
    found = rendered("```python\nreturn '<b>'\n```")
    assert found.startswith('<pre class="highlight"><code><span class="k">return</span>')
    assert "&lt;b&gt;" in found
    assert "style=" not in found


def test_math_does_not_reach_into_code() -> None:
    assert rendered("`$x$`") == "<p><code>$x$</code></p>"


def test_references_and_footnotes_of_the_document_reach_a_fragment() -> None:
    document, first = question(
        "### 1. What is [it][ref]?\n\nThis.[^n]\n\n## End\n\n[ref]: https://a.b 'T'\n\n[^n]: The note.\n"
    )
    assert prompt_html(document, first) == 'What is <a href="https://a.b" title="T">it</a>?'
    assert first.answer is not None
    assert "The note." in html(document, first.answer)


def test_a_prompt_of_several_blocks_is_rendered_as_such() -> None:
    document, first = question("### 1. What?[^n]\n\nThat.\n\n## End\n\n[^n]: The note.\n")
    assert "[^" not in prompt_html(document, first)
    assert "The note." in prompt_html(document, first)
    document = read(Source("a.md", "Q: Which of\nthese *is* it?\n- This\n- That\n\nA: Both\n"))
    assert prompt_html(document, document.questions[0]) == (
        "<p>Which of\nthese <em>is</em> it?</p>\n<ul>\n<li>This</li>\n<li>That</li>\n</ul>"
    )
    document = read(Source("a.md", "Q: Which of\nthese *is* it?\n\nA: Both\n"))
    assert prompt_html(document, document.questions[0]) == "Which of\nthese <em>is</em> it?"


def test_alerts() -> None:
    found = rendered("> [!TIP]\n> Use it.")
    assert '<blockquote class="alert alert-tip">' in found
    assert '<strong class="alert-title">Tip</strong>' in found


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("a\n\nb", "a\nb"),
        ("- a\n  - b\n- c", "- a\n  - b\n- c"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("```\nx  y\n  z\n```", "x  y\n  z"),
        ("![alt](x.png) t", "alt t"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n1 | 2"),
        ("a &amp; <b>b</b>", "a & b"),
    ],
)
def test_plain_text(markdown: str, expected: str) -> None:
    assert plain_text(rendered(markdown)) == expected


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from("ab <>/&*_`[]()!#-\n\"'=$\\{}|:~^1.dsmiv\ud800\x00"), max_size=60
    )
)
def test_any_text_renders(text: str) -> None:
    document = read(Source("a.md", "# T\n\n## Self-check\n\n### 1. Q?\n\n" + text))
    for found in document.questions:
        prompt_html(document, found).encode()
        if found.answer is not None:
            plain_text(html(document, found.answer)).encode()
