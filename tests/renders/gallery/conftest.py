"""A browser, as for other pages."""

from __future__ import annotations

from tests.renders.web.conftest import browser

__all__ = ("browser",)
