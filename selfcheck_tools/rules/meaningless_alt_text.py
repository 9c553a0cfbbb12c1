"""An alternative text says nothing about its image.

"image", "screenshot" or the name of the file is read out to those who cannot
see the image, and tells them only what they miss (WCAG 2.2, success criterion
1.1.1, failure F30). Say what the image shows, as you would on the telephone.

```markdown
## Self-check

### 1. How does a message reach a worker?

![image](images/queue.png)

![IMG_2034](images/IMG_2034.jpg)

![topic-copies.png](images/topic-copies.png)

### 2. How does it reach two workers?

![A topic that copies each message to two queues](images/topic.png)
```

```diagnostics
5:1 alternative text "image" says nothing about the image
7:1 alternative text "IMG_2034" says nothing about the image
9:1 alternative text "topic-copies.png" says nothing about the image
```

A word that happens to be the file's name as well is a text like any other.

```markdown
## Self-check

### 1. What carries the data between components?

![Flux](images/flux.png)
```
"""

import re
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.model import Document
from selfcheck_tools.patterns import pattern
from selfcheck_tools.rules._rule import Context, Rule, images

_LONGEST = 80

# What stands in an image's place in some languages, alone or numbered.
_WORDS = frozenset(
    """
    image img picture pic photo photograph screenshot screen capture graphic figure fig diagram
    illustration drawing alt text untitled
    bild foto grafik abbildung abb bildschirmfoto diagramm
    imagen captura figura gráfico imagem
    capture schéma illustration
    immagine schermata afbeelding schermafbeelding obraz zrzut
    изображение картинка рисунок рис скриншот фото схема
    зображення малюнок знімок
    图片 图像 截图 画像 写真 スクリーンショット 이미지 그림 사진 스크린샷
    """.split()
)
_FILE = pattern(r"[^\s]+\.(?:png|jpe?g|gif|webp|svg|bmp|tiff?|avif|heic)", re.IGNORECASE)
_MACHINE = pattern(
    r"(?:img|dsc|dscn|pxl|screenshot|screen[ _-]?shot|bildschirmfoto|captura de pantalla"
    r"|capture d[’']écran|снимок экрана|image|picture|photo)"
    r"[\s_-]*(?:\d|at\b|um\b|from\b|vom\b)[\d\s._:,–-]*(?:at|um|à|a las|в)?[\d\s._:,–-]*(?:[AP]M)?",
    re.IGNORECASE,
)
_URL = pattern(r"https?://\S+", re.IGNORECASE)
_NUMBER = pattern(r"[\s\d.:#()_-]+")


def check(document: Document, context: Context) -> Iterator[Finding]:
    for image in images(document):
        alt = image.alt.strip()
        if alt and len(alt) <= _LONGEST and _says_nothing(alt):
            message = f'alternative text "{alt}" says nothing about the image'
            yield Finding(image.span, message, "say what the image shows")


def _says_nothing(alt: str) -> bool:
    words = _NUMBER.sub(" ", alt).casefold().split()
    return (
        (len(words) == 1 and words[0].strip("[]!") in _WORDS)
        or (not words and any(map(str.isdigit, alt)))
        or any(pattern.fullmatch(alt) is not None for pattern in (_FILE, _MACHINE, _URL))
    )


rule = Rule(name="meaningless-alt-text", manual=__doc__, family="images", check=check)
