"""Pictures of a run's folder, made part of a page: each is embedded once and shown wherever it is needed."""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# A report is mailed and attached: what would make it larger is linked instead.
LARGEST: Final = 500_000
TOTAL: Final = 2_200_000

_JPEG: Final = b"\xff\xd8\xff"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
# SOF markers of a JPEG that carry its size; the others in that range are tables.
_SIZED: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True)
class Picture:
    """A picture on the page. `uri` is None where it was too large: then `href` leads to its file."""

    key: str
    width: int
    height: int
    uri: str | None
    href: str


class Gallery:
    """The pictures of one page, found below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._shown: dict[Path, Picture] = {}
        self._bytes = 0

    @property
    def embedded(self) -> list[Picture]:
        """All that were asked for and are embedded, in the order they were asked for."""
        return [picture for picture in self._shown.values() if picture.uri]

    def show(self, path: str | None) -> Picture | None:
        """The picture of that path; None where there is none, or it is no JPEG or PNG."""
        file = self.find(path)
        if file is None:
            return None
        if file not in self._shown:
            picture = self._taken(file)
            if picture is None:
                return None
            self._shown[file] = picture
        return self._shown[file]

    def find(self, path: str | None) -> Path | None:
        """The file an event names, also where the folder was moved since. Never one outside of it."""
        if not path:
            return None
        parts = Path(path).parts
        root = self.folder.resolve()
        for start in range(len(parts)):
            file = (
                self.folder.joinpath(*parts[start:]) if start or not Path(path).is_absolute() else Path(path)
            )
            if file.is_file() and file.resolve().is_relative_to(root):
                return file.resolve()
        return None

    def href(self, path: str | None) -> str | None:
        """The address of a file of the folder, for a page that lies in it."""
        file = self.find(path)
        return None if file is None else file.relative_to(self.folder.resolve()).as_posix()

    def _taken(self, file: Path) -> Picture | None:
        try:
            data = file.read_bytes()
        except OSError:
            return None
        size = picture_size(data)
        if size is None:
            return None
        uri = None
        if len(data) <= LARGEST and self._bytes + len(data) <= TOTAL:
            self._bytes += len(data)
            kind = "png" if data.startswith(_PNG) else "jpeg"
            uri = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
        href = file.relative_to(self.folder.resolve()).as_posix()
        return Picture(f"picture-{len(self._shown) + 1}", *size, uri, href)


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG or JPEG; None for anything else."""
    if data.startswith(_PNG) and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return int(width), int(height)
    return _jpeg_size(data) if data.startswith(_JPEG) else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in _SIZED:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + length
    return None
