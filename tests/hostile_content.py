"""What hostile content says: each way to write an address in each place for one, and drawings."""

from collections.abc import Iterator, Mapping
from pathlib import Path

# Names of a canary's files, by what a place may take.
PICTURE, VECTOR, SOUND, SHEET, PAGE = KINDS = (
    *("canary.png", "canary.svg"),
    *("canary.mp3", "canary.css", "canary.html"),
)


def filled(template: str, value: str) -> str:
    """A template with a value for each `{}`; `{{` and `}}` are braces."""
    template = template.replace("{{", "\0").replace("}}", "\1").replace("{}", value)
    return template.replace("\0", "{").replace("\1", "}")


def spellings(outside: Path, name: str) -> Iterator[str]:
    """Ways to say where a file is: two folders above the document, or by its absolute path."""
    last = f"{outside.name}/{name}"
    above = f"../../{last}"
    yield from (above, f"./../.././{last}", f"x/../{above}", f"{above}?x#y", f"@/../{last}")
    yield from (f"@/{above}", above.replace("..", "%2e%2e"), above.replace("/", "%2f"))
    yield from (above.replace(".", "%252e"), above.replace("/", "\\"), above.replace("/", "%5c"))
    yield from (f"{above}%00.png", f"{above}&#0;.png", f"....//....//{last}", f"\t{above}")
    yield from (f"&#46;./..&sol;{last}", f"..&Tab;/../{last}", f"..;/..;/{last}")
    yield from (f"{outside}/{name}", f"//{outside}/{name}", f"file:{above}")
    yield from (f"file://{outside}/{name}", f"FiLe://localhost{outside}/{name}")
    yield from (f"fi&Tab;le://{outside}/{name}", f"view-source:file://{outside}/{name}")
    yield from (f"/proc/self/root{outside}/{name}", f"/proc/self/cwd/{above}", f"C:{above}")
    yield from (f"C:\\..\\{name}", f"\\\\?\\C:{outside}\\{name}", f"\\\\localhost\\{name}")
    yield from (f"~/../..{outside}/{name}", f"linked/{name}", f"../linked/{name}", name)


def calls(port: int) -> Iterator[str]:
    """Ways to say where somebody listens."""
    for host in (f"127.0.0.1:{port}", f"[::1]:{port}"):
        yield from (f"http://{host}/a.png", f"//{host}/b.svg", f"\\\\{host}\\c.png")
    host = f"127.0.0.1:{port}"
    yield from (
        f"https://{host}/",
        f"ftp://{host}/d.png",
        f"HT&Tab;TP:{host}/e.css",
        f"ws://{host}/",
    )
    yield from (f"http://2130706433:{port}/f.png", f"http://0x7f.1:{port}/g.mp3")
    inner = f"<svg xmlns='http://www.w3.org/2000/svg'><image href='http://{host}/h.png'/></svg>"
    yield f"data:image/svg+xml,{inner.replace('<', '%3C').replace('>', '%3E')}".replace("'", "%27")
    yield f"data:text/html,%3Cimg src=http://{host}/i.png%3E"


# Where an address may stand, and for what kind of file.
PLACES = {
    "picture": ("![x](<{}>) ![x]({}) ![x](<{}> 't')", PICTURE),
    "drawing": ("![x](<{}>) ![x]({})", VECTOR),
    "sound": ("[s](<{}>) ![s](<{}>) [sound:{}]", SOUND),
    "reference": ("![x][{}] [y][{}]\n\n[{}]: <{}>", PICTURE),
    "footnote": ("x[^f]\n\n[^f]: ![x](<{}>)", PICTURE),
    "img": ('<img src="{}" alt=x> <img alt=x src={}>', PICTURE),
    "srcset": ('<img src="in.png" srcset="{} 2x" lowsrc="{}" longdesc="{}" usemap="{}">', PICTURE),
    "picture element": ('<picture><source srcset="{}"><img src="in.png"></picture>', VECTOR),
    "object": ('<object data="{}" codebase="{}"><param name=src value="{}"></object>', VECTOR),
    "frame": ('<iframe src="{}"></iframe><iframe srcdoc="<img src={}>"></iframe>', PAGE),
    "frames": ('<frameset><frame src="{}"></frameset><embed src="{}"><portal src="{}">', PAGE),
    "link": ('<link rel=stylesheet href="{}"><link rel=attachment href="{}">', SHEET),
    "link ahead": ('<link rel=preload as=image href="{}"><link rel=icon href="{}">', PAGE),
    "base": ('<base href="{}">', PAGE),
    "meta": ('<meta http-equiv="refresh" content="0;url={}">', PAGE),
    "style": ('<style>@import "{}"; p {{ background: url("{}") }}</style>', SHEET),
    "font": ('<style>@font-face {{ font-family: x; src: url("{}") }}</style>', PICTURE),
    "style attribute": ('<p style=\'background:url("{}");content:url("{}")\'>x</p>', PICTURE),
    "our own style": (
        '<p class="card" style="--accent:url({});cursor:url({}),auto">x</p>',
        PICTURE,
    ),
    "media": ('<video poster="{}" src="{}"></video><audio src="{}" autoplay></audio>', SOUND),
    "parts of media": ('<video><source src="{}"><track src="{}" default></video>', SOUND),
    "background": ('<table background="{}"><tr><td background="{}">x</td></tr></table>', PICTURE),
    "body": ('<body background="{}">x</body>', PICTURE),
    "form": ('<input type="image" src="{}"><form action="{}"><button>x</button></form>', PICTURE),
    "svg": ('<svg><image href="{}" xlink:href="{}"/><use href="{}#a"/></svg>', VECTOR),
    "svg effect": ('<svg><rect fill="url({})" filter="url({}#a)"/></svg>', VECTOR),
    "math": ('<math><mglyph src="{}"/><mtext href="{}">x</mtext></math>', PICTURE),
    "formula": (
        "$\\input{{{}}}$ $$\\href{{{}}}{{x}}$$ $\\require{{{}}}\\includegraphics{{{}}}$",
        PAGE,
    ),
    "old formula": ("[latex]\\input{{{}}}[/latex] [$]\\include{{{}}}[/$]", PAGE),
    "instruction": (
        '<?xml-stylesheet href="{}"?><!ENTITY x SYSTEM "{}"><xi:include href="{}"/>',
        SHEET,
    ),
    "declaration": ('<![CDATA[<img src="{}">]]><!DOCTYPE x SYSTEM "{}">', PICTURE),
    "script": ('<script src="{}"></script><script>new Image().src = "{}"</script>', PAGE),
    "ping": ('<a href="https://example.org" ping="{}" attributionsrc="{}">x</a>', PAGE),
    "quote": ('<blockquote cite="{}"><q cite="{}">x</q></blockquote>', PAGE),
    "attributes in braces": (
        '![x](in.png){{ srcset="{} 2x" style="background:url({})" }}',
        PICTURE,
    ),
    "code": ('```html\n<img src="{}">\n```', PICTURE),
}


def tried(addresses: Mapping[str, list[str]], step: int) -> Iterator[tuple[str, str]]:
    """For each place a text with addresses for its kind of file in it: of so many one, in each place
    others."""
    for at, (place, (template, kind)) in enumerate(PLACES.items()):
        chosen = addresses[kind][at % step :: step]
        yield place, "\n\n".join(filled(template, address) for address in chosen)


# What a drawing may hold, and what may stand before it; `{}` is an address.
DRAWINGS = (
    "<image href='{}'/>",
    "<image xmlns:x='http://www.w3.org/1999/xlink' x:href='{}'/>",
    "<use href='{}#a'/>",
    "<style>@import '{}';</style>",
    "<style>@im\\port '{}'; text {{ fill: u\\72l('{}') }}</style>",
    "<style>@font-face {{ font-family: x; src: url({}) }}</style><text font-family='x'>x</text>",
    "<rect style='fill:url({}#a)' width='9' height='9'/><rect fill='url( {}#a)'/>",
    "<foreignObject><img xmlns='http://www.w3.org/1999/xhtml' src='{}'/></foreignObject>",
    "<foreignObject><iframe xmlns='http://www.w3.org/1999/xhtml' src='{}'/></foreignObject>",
    "<x:include xmlns:x='http://www.w3.org/2001/XInclude' href='{}' parse='text'/>",
    "<script href='{}'/>",
    "<filter id='f'><feImage href='{}'/></filter><rect filter='url(#f)' width='9' height='9'/>",
    "<tref href='{}#a'/>",
    "<a href='#a'><image href='{}'/></a>",
    "<image><set attributeName='href' to='{}'/></image>",
    "<text cursor='url({})' y='9'>x</text>",
)
HEADS = (
    "<?xml version='1.0'?><?xml-stylesheet href='{}' type='text/css'?>",
    "<!DOCTYPE svg SYSTEM '{}'>",
    "<!DOCTYPE svg [<!ENTITY x SYSTEM '{}'>]>",
    "<!DOCTYPE svg [<!ENTITY % x SYSTEM '{}'> %x;]>",
    "<!DOCTYPE svg [<!ATTLIST svg style CDATA 'background:url({})'>]>",
    "<!DOCTYPE svg [<!ATTLIST image href CDATA '{}'>]>",
    "<!DOCTYPE svg [<!ENTITY h '{}'>]>",
)


def drawings(address: str) -> Iterator[str]:
    """Vector pictures that want something from an address."""
    address = address.replace("&", "&amp;").replace("'", "&apos;").replace("<", "&lt;")
    start = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 99 9'>"
    for inside in DRAWINGS:
        yield f"{start}{filled(inside, address)}<text y='9'>drawn</text></svg>"
    for head in HEADS:
        entity = "&x;" if "ENTITY x" in head else ""
        image = "<image href='&h;'/>" if "ENTITY h" in head else "<image/>"
        yield f"{filled(head, address)}{start}<text y='9'>{entity}</text>{image}</svg>"
