"""Taking secrets out of files that others wrote: a trace archive, and what a page offers for download.

A trace holds every call's arguments and every request's body.
"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Final

from runner.contract.masking import Mask

# Pictures hold no text that could be searched.
_OPAQUE: Final = (".png", ".jpeg", ".jpg", ".webp", ".gif", ".woff", ".woff2", ".ttf")
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
# An archive in an archive in an archive: further down nobody looks.
DEPTH: Final = 3


def scrub_file(path: Path, mask: Mask) -> bool:
    """Write a file anew without any secret's value; whether it had one. It is replaced at once or not at all.

    Of zip and gzip archives the members are looked at, too.
    """
    data = path.read_bytes()
    clean = scrubbed(data, path.name, mask)
    if clean == data:
        return False
    fresh = path.with_name(f"{path.name}.part")
    fresh.write_bytes(clean)
    fresh.replace(path)
    return True


def scrub_archive(path: Path, mask: Mask) -> bool:
    """Take the secrets out of an archive, if it is there; whether it is."""
    if path.is_file() and mask.secrets:
        scrub_file(path, mask)
    return path.is_file()


def scrubbed(data: bytes, name: str, mask: Mask, depth: int = DEPTH) -> bytes:
    """The bytes of a file called `name` without any secret's value; the same where there is none."""
    if not mask.secrets or name.endswith(_OPAQUE):
        return data
    if depth and data.startswith(_ZIP) and zipfile.is_zipfile(BytesIO(data)):
        return _archive(data, mask, depth)
    if depth and data.startswith(_GZIP):
        try:
            inner = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            return _text(data, mask)
        clean = scrubbed(inner, name.removesuffix(".gz"), mask, depth - 1)
        return data if clean == inner else gzip.compress(clean)
    return _text(data, mask)


def _archive(data: bytes, mask: Mask, depth: int) -> bytes:
    made, changed = BytesIO(), False
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if (
                entry.flag_bits & 1
            ):  # encrypted: what is in it cannot be read, by anybody who lacks its password
                return data
            inner, name = old.read(entry), mask.text(entry.filename)
            clean = scrubbed(inner, entry.filename, mask, depth - 1)
            changed = changed or clean != inner or name != entry.filename
            new.writestr(name, clean)
    return made.getvalue() if changed else data


def _text(data: bytes, mask: Mask) -> bytes:
    # Latin-1 maps every byte to itself, so whatever else is in there survives the round trip.
    text = data.decode("latin-1")
    for secret, value in mask.secrets.items():
        as_bytes = value.encode("utf-8", errors="surrogatepass").decode("latin-1")
        text = Mask({secret: value}).text(Mask({secret: as_bytes}).text(text))
    return text.encode("latin-1", errors="replace")
