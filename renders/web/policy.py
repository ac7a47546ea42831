"""Builds the Content-Security-Policy of a page of ours: its own scripts, styles and films, and nothing else.

It is a second protection: texts from elsewhere are escaped where they are written, and where that was forgotten
somewhere, no browser runs, frames, sends or loads what stands in them.
"""

from __future__ import annotations

import base64
import hashlib

NOTHING = "'none'"
# Not every browser takes a file beside a page that it opened from the disk for the page's own
BESIDE = "'self' file:"


def hashed(*texts: str) -> str:
    """Return policy sources that allow the scripts or styles of exactly these texts."""
    return " ".join(dict.fromkeys(f"'sha256-{_digest(text)}'" for text in texts))


def hashed_attributes(*texts: str) -> str:
    """Return policy sources that allow `style` attributes of exactly these texts; "" for none."""
    return f"'unsafe-hashes' {hashed(*texts)}" if texts else ""


def nonce_of(page: str) -> str:
    """Return a nonce for what a page may load, made of all of the page: no text in it can predict it."""
    return _digest(page)


def policy_tag(*, scripts: str, styles: str, media: str, frames: str = NOTHING) -> str:
    """Return the `<meta>` that limits a page to sources of scripts, styles, films and pictures, and frames.

    Nothing else is ever allowed: no connection, font, plugin, worker or manifest, no form sent, no other base address.
    """
    told = {
        "default-src": NOTHING,
        "script-src": scripts,
        "style-src": styles,
        "media-src": media,
        "img-src": media,
        "frame-src": frames,
        "connect-src": NOTHING,
        "object-src": NOTHING,
        "base-uri": NOTHING,
        "form-action": NOTHING,
    }
    content = "; ".join(f"{kind} {' '.join(sources.split())}" for kind, sources in told.items())
    return f'<meta http-equiv="Content-Security-Policy" content="{content}">'


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode(errors="surrogatepass")).digest()).decode()
