"""Markdown to safe HTML and to plain text, in one place.

What comes out is sanitised with an allow-list, balanced whatever the author wrote, and has its
pictures, sounds and formulas put in by the caller's `Target`.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any, NamedTuple

from markdown_it.token import Token

from selfcheck_tools.markdown import WWW, parse, to_html, trim_url
from selfcheck_tools.media import is_audio
from selfcheck_tools.model import Document, Fragment, Option, Question
from selfcheck_tools.patterns import pattern
from selfcheck_tools.tex import inert


def _no_picture(target: str) -> str | None:
    return target


def _no_sound(target: str) -> str:
    return ""


def _tex(tex: str, display: bool) -> str:
    tex = inert(tex)
    return escape(f"\\[{tex}\\]" if display else f"\\({tex}\\)")


class Target(NamedTuple):
    """What a format makes of the things that are no text.

    `image` gives the source of a picture, or None where it cannot be shown; `sound` and `math`
    give trusted HTML (math gets the TeX, and whether it stands on its own).
    """

    image: Callable[[str], str | None] = _no_picture
    sound: Callable[[str], str] = _no_sound
    math: Callable[[str, bool], str] = _tex


PLAIN = Target()


def html(
    document: Document, fragment: Fragment, target: Target = PLAIN, *, inline: bool = False
) -> str:
    """A fragment as safe HTML; with `inline` without a paragraph around it."""
    env: dict[str, Any] = {
        "references": {
            definition.label: {"href": definition.target, "title": definition.title}
            for definition in document.definitions
            if not definition.again
        }
    }
    markdown = fragment.markdown
    if "[^" in markdown:
        used = [
            text
            for label, text in document.footnotes
            if f"[^{label}]" in markdown and f"[^{label}]:" not in markdown
        ]
        markdown = "\n\n".join((markdown, *used))
    return _html(markdown, env, target, inline)


def text(document: Document, fragment: Fragment) -> str:
    """A fragment as plain text."""
    return plain_text(html(document, fragment))


def prompt_html(document: Document, question: Question, target: Target = PLAIN) -> str:
    """What asks, inline unless it is more than one line of text, and what else belongs to it, as
    blocks after it."""
    markdown = question.prompt.markdown
    # A cloze may hold several blocks, a `Q:` a list below its line, and a footnote is one too.
    several = "\n" in markdown or any(f"[^{label}]" in markdown for label, _ in document.footnotes)
    first = html(document, question.prompt, target, inline=not several)
    if question.material is None:
        return unwrapped(first)
    wrapped = first if several else f"<p>{first}</p>"
    return f"{wrapped}\n{html(document, question.material, target)}"


def option_html(document: Document, option: Option, target: Target = PLAIN) -> str:
    """An option's content; a single paragraph comes without its tags."""
    return unwrapped(html(document, option.content, target))


def unwrapped(rendered: str) -> str:
    """HTML that is one paragraph, without its tags."""
    match = _ONE_PARAGRAPH.match(rendered.strip())
    return match[1] if match else rendered


_ONE_PARAGRAPH = pattern(r"\A<p>((?:(?!</?p\b).)*)</p>\Z", re.DOTALL)

# ── HTML ────────────────────────────────────────────────────────────────────────────────────────

# Stand-ins for formulas while the HTML is sanitised; private-use characters in content are dropped.
_HOLD, _END = "\ue000", "\ue001"
_HELD = pattern(f"{_HOLD}(\\d+){_END}")
_IMG = pattern(r"<img((?:\s+[\w-]+=\"[^\"]*\")*)\s*/?>")
_ATTRIBUTE = pattern(r"([\w-]+)=\"([^\"]*)\"")

TAGS = frozenset(
    "a abbr b blockquote br cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 "
    "h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub summary "
    "sup table tbody td tfoot th thead tr tt u ul var wbr center".split()
)
_VOID = frozenset("br hr img wbr input source".split())
_KNOWN = TAGS | frozenset(
    "script style iframe object embed form input button select option textarea video audio source "
    "svg math link meta base head body html title noscript template canvas section article header "
    "footer nav main aside picture font big label fieldset legend col colgroup caption map area "
    "track param frame frameset marquee applet dialog address time data meter progress bdi bdo".split()
)
_ATTRIBUTES = {
    "*": {"class", "dir", "lang"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
    "div": {"align"},
    "p": {"align"},
}
_ABSOLUTE = pattern(r"(?:https?|mailto):", re.IGNORECASE)


def _html(markdown: str, env: dict[str, Any], target: Target, inline: bool) -> str:
    if _HOLD in markdown:
        markdown = markdown.replace(_HOLD, "\ufffd")
    held: list[str] = []
    tokens = parse(markdown, env=env, inline=inline)
    _prepare(tokens, held, target)
    rendered = to_html(tokens, env)
    safe = _cleaner().clean(rendered)
    safe = _IMG.sub(lambda match: _picture(match, target), safe)
    return _HELD.sub(lambda match: held[int(match[1])], safe).strip()


@cache
def _cleaner() -> Any:
    import nh3

    return nh3.Cleaner(
        tags=set(TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=_filter,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        strip_comments=True,
    )


def _filter(tag: str, attribute: str, value: str) -> str | None:
    if tag == "a" and attribute == "href" and not _ABSOLUTE.match(value):
        return None  # another document, or a place in this one: nowhere, outside of the repository
    return value


def _picture(match: "re.Match[str]", target: Target) -> str:
    attributes = {name: unescape(value) for name, value in _ATTRIBUTE.findall(match[1])}
    source = attributes.pop("src", "")  # none where its scheme does not pass the sanitiser
    if is_audio(source):
        return target.sound(source)
    found = target.image(source) if source else None
    if found is None:
        what = attributes.get("alt") or source or "no address"
        return f'<span class="missing-image">[missing picture: {escape(what)}]</span>'
    attributes.setdefault("alt", "")
    rest = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f'<img src="{escape(found)}"{rest}>'


def _prepare(tokens: list[Token], held: list[str], target: Target) -> None:
    """Formulas held back, code highlighted, raw tags that are no markup shown as text."""

    def hold(trusted: str) -> str:
        held.append(trusted)
        return f"{_HOLD}{len(held) - 1}{_END}"

    for index, token in enumerate(tokens):
        if token.type in ("fence", "code_block"):
            token.content = code_html(token.content, token.info)
            token.type = "html_block"
        elif token.type == "math_block":
            token.content = f"<p>{hold(target.math(token.content, True))}</p>\n"
            token.type = "html_block"
        elif token.type == "html_block":
            token.content = _UNKNOWN.sub(_shown_if_unknown, token.content)
        elif token.type == "blockquote_open":
            _alert(tokens, index)
        elif token.type in ("th_open", "td_open") and "style" in token.attrs:
            token.attrs = {"align": str(token.attrs["style"]).removeprefix("text-align:")}
        elif token.type.startswith("footnote_reference_"):
            token.tag = "div"
            if token.nesting == 1:
                token.attrs = {"class": "footnote"}
                _footnote_label(tokens, index)
        elif token.type == "inline":
            _task(tokens, index)
            for child in token.children or []:
                if child.type.startswith("math_inline"):
                    display = child.type.endswith("double")
                    child.type, child.content = "text", hold(target.math(child.content, display))
            _show_stray_tags(token.children or [])
            if "www." in token.content:
                token.children = list(_with_www_links(token.children or []))


def _with_www_links(children: list[Token]) -> Iterator[Token]:
    """The tokens with `www.…` in texts as links, outside of links."""
    depth = 0
    for child in children:
        depth += child.nesting if child.type.startswith("link_") else 0
        if child.type != "text" or depth or _HOLD in child.content:
            yield child
            continue
        done = 0
        for match in WWW.finditer(child.content):
            url = trim_url(match.group())
            yield _text_token(child.content[done : match.start()])
            opening, closing = Token("link_open", "a", 1), Token("link_close", "a", -1)
            opening.attrs = {"href": f"http://{url}"}
            yield from (opening, _text_token(url), closing)
            done = match.start() + len(url)
        yield _text_token(child.content[done:])


def _text_token(text: str) -> Token:
    token = Token("text", "", 0)
    token.content = text
    return token


_UNKNOWN = pattern(r"</?([A-Za-z][\w.:-]*)[^<>]*>")


def _shown_if_unknown(match: "re.Match[str]") -> str:
    return match.group() if match[1].lower() in _KNOWN else escape(match.group())


def _show_stray_tags(children: list[Token]) -> None:
    """Raw tags of no known element, known ones without their counterpart, and pictures without a
    source become text."""
    open_tags: list[tuple[str, Token]] = []
    stray: list[Token] = []
    for child in children:
        if child.type != "html_inline":
            continue
        match = _UNKNOWN.match(child.content)
        if match is None:
            continue
        name = match[1].lower()
        if name not in _KNOWN:
            stray.append(child)
        elif child.content.startswith("</"):
            if open_tags and any(tag == name for tag, _ in open_tags):
                while open_tags[-1][0] != name:
                    stray.append(open_tags.pop()[1])
                open_tags.pop()
            elif name not in ("p", "br"):
                stray.append(child)
        elif name == "img" and "src" not in child.content.lower():  # it is spoken of
            stray.append(child)
        elif name not in _VOID and not child.content.endswith("/>"):
            open_tags.append((name, child))
    stray += [child for name, child in open_tags if name != "p"]
    for child in stray:
        child.type = "text"


def _footnote_label(tokens: list[Token], index: int) -> None:
    if index + 2 < len(tokens) and tokens[index + 2].type == "inline":
        label = Token("html_block", "", 0)
        label.content = f"<sup>{escape(str(tokens[index].meta.get('label', '')))}</sup> "
        tokens[index + 2].children = [label, *(tokens[index + 2].children or [])]


_ALERT = pattern(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*(?:\n|$)", re.IGNORECASE)


def _alert(tokens: list[Token], index: int) -> None:
    """A quote that starts with `[!NOTE]`, as GitHub has it."""
    if index + 2 >= len(tokens) or tokens[index + 2].type != "inline":
        return
    inline = tokens[index + 2]
    match = _ALERT.match(inline.content)
    children = inline.children or []
    if match is None or not children or children[0].type != "text":
        return
    kind = match[1].lower()
    tokens[index].attrJoin("class", f"alert alert-{kind}")
    rest = children[1:]
    while rest and (rest[0].type == "softbreak" or (not rest[0].content and not rest[0].nesting)):
        rest.pop(0)
    title = Token("html_block", "", 0)  # not html_inline: no raw tag of the author's
    title.content = f'<strong class="alert-title">{kind.capitalize()}</strong><br>'
    inline.children = [title, *rest]


def _task(tokens: list[Token], index: int) -> None:
    """The box of a task-list item, as a character."""
    if index < 2 or tokens[index - 2].type != "list_item_open":
        return
    children = tokens[index].children or []
    if not children or children[0].type != "text":
        return
    match = re.match(r"\[([ xX])\](?:\s|$)", children[0].content)
    if match:
        box = "\u2610" if match[1] == " " else "\u2611"
        children[0].content = f"{box} {children[0].content[match.end() :]}"
        tokens[index - 2].attrJoin("class", "task")


# ── code ────────────────────────────────────────────────────────────────────────────────────────

_HIGHLIGHT_LIMIT = 30_000  # some lexers cost the square of what they read


def code_html(code: str, info: str) -> str:
    """A code block with Pygments' classes; unknown languages and very long blocks stay plain."""
    language = info.split(maxsplit=1)[0].strip("{}.,").lower() if info.strip() else ""
    body = escape(code.rstrip("\n"), quote=False)
    lexer = _lexer(language) if language and len(code) <= _HIGHLIGHT_LIMIT else None
    if lexer is not None:
        from pygments import highlight

        body = highlight(code.rstrip("\n"), lexer, _formatter()).rstrip("\n")
    return f'<pre class="highlight"><code>{body}\n</code></pre>\n'


@cache
def _lexer(language: str) -> Any:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None


@cache
def _formatter() -> Any:
    from pygments.formatters import HtmlFormatter

    return HtmlFormatter(nowrap=True)


# ── plain text ──────────────────────────────────────────────────────────────────────────────────


def plain_text(rendered: str) -> str:
    """Safe HTML as plain text: blocks on lines of their own, items with dashes, pictures as their
    alternative text."""
    reader = _TextReader()
    reader.feed(rendered)
    reader.close()
    return reader.text()


class _TextReader(HTMLParser):
    _BLOCKS = frozenset(
        "p div ul ol li pre blockquote h1 h2 h3 h4 h5 h6 table tr dl dt dd details summary figure "
        "figcaption center".split()
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = [""]
        self._lists: list[int | None] = []
        self._verbatim = 0
        self._fresh = True  # nothing on this line yet but its prefix

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("ul", "ol"):
            self._newline()
            start = values.get("start") or "1"
            self._lists.append(int(start) if tag == "ol" and start.lstrip("-").isdigit() else None)
        elif tag == "li":
            self._newline()
            depth = max(len(self._lists) - 1, 0)
            mark = "- "
            if self._lists and self._lists[-1] is not None:
                mark = f"{self._lists[-1]}. "
                self._lists[-1] += 1
            self._lines[-1] = "  " * depth + mark
            self._fresh = True
        elif tag == "br":
            self._lines.append("")
            self._fresh = True
        elif tag == "img":
            self._write(values.get("alt") or "")
        elif tag in ("td", "th"):
            if not self._fresh:
                self._lines[-1] = self._lines[-1].rstrip()
                self._write(" | ")
        elif tag in self._BLOCKS:
            self._newline()
            self._verbatim += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        if tag in self._BLOCKS:
            self._verbatim -= tag == "pre"
            if tag != "li":
                self._newline()

    def handle_data(self, data: str) -> None:
        if self._verbatim:
            first, *rest = data.split("\n")
            self._write(first)
            self._lines += rest
            return
        data = re.sub(r"\s+", " ", data)
        if self._fresh or self._lines[-1].endswith(" "):
            data = data.lstrip()
        self._write(data)

    def _write(self, data: str) -> None:
        if data:
            self._lines[-1] += data
            self._fresh = False

    def _newline(self) -> None:
        if not self._fresh:
            self._lines.append("")
            self._fresh = True

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self._lines).strip()
