"""Taking secrets out of a trace archive: it holds every call's arguments and every request's body."""

from __future__ import annotations

import zipfile
from pathlib import Path

from runner.contract.masking import Mask

# Pictures hold no text that could be searched.
_OPAQUE = (".png", ".jpeg", ".jpg", ".webp", ".gif", ".woff", ".woff2", ".ttf")


def scrub(archive: Path, mask: Mask) -> None:
    """Write the archive anew without any secret's value; the old one is replaced at once or not at all."""
    fresh = archive.with_name(f"{archive.name}.part")
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, _without(old.read(entry), entry.filename, mask))
    fresh.replace(archive)


def _without(data: bytes, name: str, mask: Mask) -> bytes:
    if name.endswith(_OPAQUE):
        return data
    # Latin-1 maps every byte to itself, so whatever else is in there survives the round trip.
    text = data.decode("latin-1")
    for secret, value in mask.secrets.items():
        as_bytes = value.encode("utf-8", errors="surrogatepass").decode("latin-1")
        text = Mask({secret: value}).text(Mask({secret: as_bytes}).text(text))
    return text.encode("latin-1", errors="replace")
