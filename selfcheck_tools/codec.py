"""Values as bytes and back, for the cache and between processes: MessagePack, by msgspec.

Text may hold lone surrogates, which stand for bytes that are no UTF-8 and which MessagePack does not
take. A value with such text is kept with them escaped, marked as an extension of type 1.
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from selfcheck_tools.patterns import pattern

_MARK = 1
_BAD = pattern("[\x1a\ud800-\udfff]")
_ESCAPED = pattern("\x1a([0-9a-f]{4})")


def encode(value: Any) -> bytes:
    """A value of our own types, or made of such, as bytes."""
    try:
        return msgspec.msgpack.encode(value)
    except UnicodeEncodeError:
        plain = msgspec.to_builtins(value, builtin_types=(bytes,))
        inner = msgspec.msgpack.encode(_mapped(plain, _escaped))
        return msgspec.msgpack.encode(msgspec.msgpack.Ext(_MARK, inner))


def decoder(type: Any) -> Callable[[bytes], Any]:
    """What makes values of a type from bytes; msgspec.MsgspecError for what are none."""
    decode = msgspec.msgpack.Decoder(type).decode

    def decoded(data: bytes) -> Any:
        if data[:1] not in _EXTENSIONS:
            return decode(data)
        inner = msgspec.msgpack.decode(data).data
        plain = _mapped(msgspec.msgpack.decode(inner), _unescaped)
        return msgspec.convert(plain, type, builtin_types=(bytes,))

    return decoded


# What the encoding of an extension starts with
# (https://github.com/msgpack/msgpack/blob/master/spec.md#ext-format-family).
_EXTENSIONS = frozenset(bytes([byte]) for byte in (0xC7, 0xC8, 0xC9, *range(0xD4, 0xD9)))


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """A value of built-in types with each text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, (list, tuple)):
        return [_mapped(each, change) for each in value]
    if isinstance(value, dict):
        return {_mapped(key, change): _mapped(each, change) for key, each in value.items()}
    return value


def _escaped(text: str) -> str:
    return _BAD.sub(lambda match: f"\x1a{ord(match[0]):04x}", text)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(_character, text)


def _character(match: "re.Match[str]") -> str:
    return chr(int(match[1], 16))
