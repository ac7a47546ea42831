"""Names the folder of Kokoro's speakers, which come out of no Python package."""

from __future__ import annotations

from pathlib import Path


def speakers_folder() -> Path:
    """Return the folder of Kokoro's speakers, in the user's cache, as is the data that is fetched."""
    from platformdirs import user_cache_path

    return user_cache_path("neuroreel") / "kokoro"
