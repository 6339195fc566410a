"""A logger that logs nothing, for the WebSocket library: its log would carry tokens, as part of paths."""

from __future__ import annotations

import logging
from typing import Final

SILENT: Final = logging.getLogger("runner.feed.websockets")
SILENT.disabled = True
