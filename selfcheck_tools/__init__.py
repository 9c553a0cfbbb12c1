"""Questions and answers as Markdown: read, lint and export them."""

__version__ = "1.0.0"
