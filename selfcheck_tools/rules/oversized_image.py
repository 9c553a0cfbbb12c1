"""An image is much larger than a card can show.

Each learner downloads it to each device, and a telephone has to shrink it again
whenever the card is shown. Scale it down to what is seen, some 2,000 pixels
wide at most, or save a photograph as JPEG or WebP rather than PNG.

```markdown
## Self-check

### 1. What does a rack look like?

![A rack with twelve servers](images/rack.png)

### 2. What does a switch look like?

![A switch with 24 ports](images/switch.png)
```

```files
images/rack.png (8000 × 6000 pixels)
images/switch.png (1600 × 1200 pixels)
```

```diagnostics
5:31 image images/rack.png has 8000 × 6000 pixels
```

```markdown
## Self-check

### 1. What does a switch look like?

![A switch with 24 ports](images/switch.png)
```

```files
images/switch.png (1600 × 1200 pixels)
```

What is too large can be set; the megabytes are those of the file.

```markdown
## Self-check

### 1. What does a switch look like?

![A switch with 24 ports](images/switch.png)
```

```files
images/switch.png (1600 × 1200 pixels)
```

```options
max-megapixels = 1.5
max-megabytes = 0.5
```

```diagnostics
5:27 image images/switch.png has 1600 × 1200 pixels
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._images import seen, shown
from selfcheck_tools.rules._rule import Context, Rule


def check(document: Document, context: Context) -> Iterator[Finding]:
    pixels = float(str(context.options["max-megapixels"])) * 1_000_000
    size = float(str(context.options["max-megabytes"])) * 1_000_000
    for image, look in seen(document, context):
        if look.fault:
            continue
        if look.width * look.height > pixels:
            what = f"has {look.width} × {look.height} pixels"
        elif look.size > size:
            what = f"has {look.size / 1_000_000:.1f} megabytes"
        else:
            continue
        help = "scale it down to what is seen, or save it in a smaller format"
        yield Finding(image.target_span, f"image {shown(image)} {what}", help)


rule = Rule(
    name="oversized-image",
    manual=__doc__,
    family="images",
    severity=Severity.INFO,
    options={"max-megapixels": 25.0, "max-megabytes": 5.0},
    check=check,
)
