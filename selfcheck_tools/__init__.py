"""Questions and answers as Markdown: read, lint and export them."""

__version__ = "0.1.0"
