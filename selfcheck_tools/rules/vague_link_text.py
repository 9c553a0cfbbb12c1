"""A link's text does not say where the link leads.

Screen readers list the links of a page by their texts, and on paper the text is
all that is left of a link: "here" says nothing in either (WCAG 2.2, success
criterion 2.4.4, failure F84). Make the words that name the thing the link.

```markdown
## Self-check

### 1. What is a cold start?

Read about it [here](https://example.org/lambda), and about the limits
[there](https://example.org/limits).
```

```diagnostics
5:15 2 links say only "here", "there"
```

It is one finding a document, for it is one habit.

```markdown
## Self-check

### 1. What is a cold start?

See [the manual](https://example.org/lambda).
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Related, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule, links

_SHOWN, _LONGEST = 3, 30

_VAGUE = frozenset(
    """here|there|click here|click|this|this link|link|the link|this page|more|read more|learn more
see here|go|hier|klick hier|hier klicken|klicke hier|mehr|mehr lesen|ici|cliquez ici|lien|ce lien
en savoir plus|aquí|aqui|haz clic aquí|clique aqui|enlace|este enlace|qui|clicca qui|questo link
klik hier|tutaj|kliknij tutaj|тут|здесь|сюда|ссылка|по ссылке|эта ссылка|подробнее|клик|посилання
за посиланням|ось тут|ここ|こちら|这里|點擊這裡|点击这里|链接|여기|링크""".replace("\n", "|").split(
        "|"
    )
)


def check(document: Document, context: Context) -> Iterator[Finding]:
    found = [
        link
        for link in links(document)
        if len(link.text) < _LONGEST and not link.bare and _is_vague(link.text)
    ]
    if not found:
        return
    texts = [f'"{text}"' for text in dict.fromkeys(link.text.strip() for link in found)]
    listed = ", ".join(texts[:_SHOWN]) + (", …" if len(texts) > _SHOWN else "")
    message = (
        f"{len(found)} links say only {listed}" if len(found) > 1 else f"link says only {listed}"
    )
    yield Finding(
        found[0].span,
        message,
        "make the words that name the thing the link",
        related=tuple(Related(document.path, link.span, "here too") for link in found[1:]),
    )


def _is_vague(text: str) -> bool:
    return text.strip(" .,:;!?…»→>[]()").casefold() in _VAGUE


rule = Rule(
    name="vague-link-text", manual=__doc__, family="links", severity=Severity.INFO, check=check
)
