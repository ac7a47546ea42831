"""Writes names of modules so that files can be called so: what they cannot hold is percent-encoded.

`heads.glue/cola.weight` is recorded as `heads.glue%2Fcola.weight`. Reference: RFC 3986, section 2.1, for UTF-8.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

_NOT_IN_A_FILE = re.compile('[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff/\\\\%:*?"<>|]')


def encoded_name(name: str) -> str:
    """Return a name of a module or parameter as a recording has it."""
    return _NOT_IN_A_FILE.sub(lambda found: in_numbers(found[0]), name)


def decoded_name(name: str) -> str:
    """Return the name as the model has it."""
    return unquote(name, errors="surrogatepass")


def in_numbers(text: str) -> str:
    """Return text of which every character is percent-encoded."""
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))
