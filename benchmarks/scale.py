"""What a large collection costs to read and hold: `python -m benchmarks.scale [QUESTIONS]`.

The questions of content/ are repeated, each made unique, fifteen a document; the documents are kept.
"""

import resource
import sys
import time
from pathlib import Path

from selfcheck_tools.model import Document
from selfcheck_tools.read import read
from selfcheck_tools.text import Source


def collection(questions: int) -> list[Document]:
    """So many questions, read."""
    blocks = [
        (question.prompt.markdown, source.text[question.head.end : question.span.end])
        for path in sorted(Path("content").glob("*.md"))
        for source in [Source.from_bytes(path.name, path.read_bytes())]
        for question in read(source).questions
    ]
    documents = []
    for first in range(0, questions, 15):
        text = f"# Document {first}\n\n## Self-check\n\n" + "".join(
            f"### {number}. {blocks[at % len(blocks)][0]} ({at})\n{blocks[at % len(blocks)][1]}\n\n"
            for number, at in enumerate(range(first, min(first + 15, questions)), 1)
        )
        documents.append(read(Source(f"{first}.md", text)))
    return documents


def main(sizes: list[int]) -> None:
    print(f"{'questions':>10} {'CPU s':>8} {'us each':>8} {'peak MiB':>9}")
    for size in sizes:
        start = time.process_time()
        documents = collection(size)
        spent = time.process_time() - start
        assert sum(len(document.questions) for document in documents) == size
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{size:10} {spent:8.1f} {spent / size * 1e6:8.0f} {peak:9}")
        del documents


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1_000, 10_000, 100_000])
