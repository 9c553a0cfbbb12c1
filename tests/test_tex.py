"""Commands of TeX that act in MathJax: looked at in MathJax 3.2 with all its extensions loaded."""

import pytest

from selfcheck_tools.read import read
from selfcheck_tools.render import html
from selfcheck_tools.tex import inert
from selfcheck_tools.text import Source
from tests.anki_oracle import Anki
from tests.test_anki import made

ACTING = r"""
\href{javascript:x()}{y}
\href {JaVaScRiPt:x()}{y}
\href%@{javascript:x()}{y}
\href{https://example.org}{x} \href{javascript:x()}{y}
\ce{\href{javascript:x()}{y}} \text{$\href{javascript:x()}{y}$}
\mmlToken{mi}[href="javascript:x()"]{y}
\let\y\href \y{javascript:x()}{y}
\newcommand{\y}[1]{\href{https://#1}{y}}
\def\y#1{\textcolor{#1}{y}}\y{red;background:url(//a)}
\style{background:url(//a)}{y}
\bbox[background:url(//a)]{y}
\bbox[{]}background:url(//a)]{y}
\unicode[serif;background:url(//a)]{x41}
\textcolor{red;background:url(//a)}{y}
\color[rgb;background:url(//a)]{y}
\fcolorbox{red}{red;background:url(//a)}{y}
\definecolor{a}{named}{url(//a)}
\cancel[mathcolor="red;background:url(//a)"]{y}
\enclose{circle}[mathbackground="red;background:url(//a)"]{y}
\require{../../a}
""".strip().splitlines()
HARMLESS = r"""
\href{https://example.org/a?b=c#d}{x}
\href{mailto:a@example.org}{x}
\color{red}{x} \textcolor{#ff0000}{x} \color[rgb]{0.1,0.2,0.3} x
\colorbox{yellow}{x} \fcolorbox{red}{blue}{y} \definecolor{a}{rgb}{1,0,0}
\bbox[5px, border: 2px solid red]{y} \bbox{y}
\unicode{x41} \require{mhchem} \ce{H2O}
\enclose{circle}{y} \xcancel{y} \cancelto{5}{y}
\def\R{\mathbb{R}} \R \colorful \styled \hrefx
\frac{a}{b} \text{(url)}
""".strip().splitlines()


@pytest.mark.parametrize("tex", ACTING)
def test_what_acts_is_shown(tex: str) -> None:
    found = inert(tex.replace("@", "\n"))
    assert "\\backslash{}" in found
    for harm in ("\\href{j", "\\href%", "\\mml", "\\style", "\\bbox[b", "\\bbox[{", "\\unicode[s"):
        assert harm not in found


@pytest.mark.parametrize("tex", HARMLESS)
def test_what_does_no_harm_stays(tex: str) -> None:
    assert inert(tex) == tex


def test_no_card_and_no_page_has_it() -> None:
    text = "# T\n\n## Self-check\n\n### 1. What is $\\href{javascript:x()}{a}$?\n\n$$\\href{javascript:x()}{b}$$\n"
    with Anki() as anki:
        anki.take(made(text).data)
        (note,) = anki.notes()
    assert "\\(\\backslash{}href{javascript:x()}{a}\\)" in note.fields["Question"]
    assert "\\[\\backslash{}href{javascript:x()}{b}\\]" in note.fields["Answer"]
    document = read(Source("a.md", text))
    assert "\\(\\backslash{}href" in html(document, document.questions[0].prompt)
