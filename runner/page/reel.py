"""All frames of a run, kept in a folder until a video is made of them."""

from __future__ import annotations

from pathlib import Path

from runner.contract.channel import Frame


class Reel:
    """Takes frames in the order they were painted. A folder that is full ends it; the run goes on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shots: list[tuple[float, str]] = []
        self.full = False

    def put(self, frame: Frame) -> None:
        """Keep a frame: when it was painted, in seconds since the epoch, and the name of its file."""
        if self.full:
            return
        name = f"{len(self.shots):06}.jpg"
        try:
            (self.folder / name).write_bytes(frame.data)
        except OSError:
            # a video that ends early is better than a run that does
            self.full = True
            return
        self.shots.append((frame.timestamp, name))
