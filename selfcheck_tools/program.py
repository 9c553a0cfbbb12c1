"""This program's own files: what a result was made by."""

import os
from functools import cache
from hashlib import blake2b

import msgspec

from selfcheck_tools.secret import key
from selfcheck_tools.templates import template_folder


@cache
def digest() -> str:
    """A digest of this program's modules and templates, of the names of what is installed beside its
    parser, and of the user's key."""
    whole = blake2b(key().encode(), digest_size=16)
    templates = (path for path in template_folder().rglob("*") if path.is_file())
    for path in (*files(), *sorted(map(str, templates))):
        with open(path, "rb") as file:
            whole.update(file.read())
    whole.update("\0".join(sorted(os.listdir(libraries()))).encode("utf-8", "surrogateescape"))
    return whole.hexdigest()


def files() -> list[str]:
    """The modules of this program."""
    return [
        os.path.join(folder, name)
        for folder in folders()
        for name in sorted(os.listdir(folder))
        if name.endswith(".py")
    ]


def folders() -> list[str]:
    """The folders that they are in."""
    here = os.path.dirname(os.path.abspath(__file__))
    return sorted(folder for folder, _, names in os.walk(here) if "__init__.py" in names)


def libraries() -> str:
    """The folder that our libraries are installed in; the names in it hold their versions."""
    return os.path.dirname(os.path.dirname(os.path.abspath(msgspec.__file__)))
