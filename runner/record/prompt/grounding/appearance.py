"""How elements look: the name of a computed colour, a shape, and what is large among its like. Pure."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from runner.page.observe import Node, Observation
from runner.record.prompt.grounding.placing import Match
from runner.record.prompt.language.intent import Look

_RGB: Final = re.compile(r"rgba?\(\s*(\d+)[,\s]+(\d+)[,\s]+(\d+)(?:[,/\s]+([\d.]+))?")
# Hues in degrees, each up to its bound; between two neighbours people use either word.
_HUES: Final = ((14, "red"), (44, "orange"), (70, "yellow"), (165, "green"), (196, "cyan"), (258, "blue"),
                (290, "purple"), (335, "magenta"), (361, "red"))  # fmt: skip
_FIGURES: Final = frozenset({"circle", "ellipse", "rect", "line", "polygon", "polyline"})
_SAME: Final = {
    "grey": "gray", "violet": "purple", "aqua": "cyan", "pink": "magenta", "fuchsia": "magenta",
    "turquoise": "cyan",
}  # fmt: skip


def colour_name(css: str) -> str:
    """The plain name of a computed colour ("rgb(200, 20, 20)" is red); empty where it is transparent."""
    found = _RGB.match(css)
    if not found or (found[4] is not None and float(found[4]) < 0.1):
        return ""
    hue, light, saturation = colorsys.rgb_to_hls(*(int(part) / 255 for part in found.groups()[:3]))
    if light > 0.96:
        return "white"
    if light < 0.14:
        return "black"
    if saturation < 0.14:
        return "gray"
    degrees = hue * 360
    name = next(name for bound, name in _HUES if degrees < bound)
    return "brown" if name == "orange" and light < 0.35 else name


# Colours that have a name of their own, as style sheets define them.
_NAMED: Final = {
    "lime": (0, 255, 0), "olive": (128, 128, 0), "teal": (0, 128, 128), "navy": (0, 0, 128),
    "maroon": (128, 0, 0), "silver": (192, 192, 192), "gold": (255, 215, 0), "indigo": (75, 0, 130),
    "coral": (255, 127, 80), "salmon": (250, 128, 114), "beige": (245, 245, 220), "pink": (255, 192, 203),
    "turquoise": (64, 224, 208), "crimson": (220, 20, 60), "lavender": (230, 230, 250),
    "violet": (238, 130, 238),
    "tan": (210, 180, 140), "khaki": (240, 230, 140), "magenta": (255, 0, 255), "cyan": (0, 255, 255),
    "red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0),
    "orange": (255, 165, 0), "purple": (128, 0, 128), "brown": (165, 42, 42), "black": (0, 0, 0),
    "white": (255, 255, 255), "grey": (128, 128, 128), "gray": (128, 128, 128), "aqua": (0, 255, 255),
    "fuchsia": (255, 0, 255),
}  # fmt: skip
_ALMOST: Final = 24.0  # how far apart two colours may be in RGB and still be one


def hexadecimal(colour: str) -> str:
    """A colour's name as style sheets write it ("#ffc0cb"); empty where it has none."""
    named = _NAMED.get(colour)
    return "#" + "".join(f"{part:02x}" for part in named) if named else ""


def in_hexadecimal(node: Node, text: str) -> str:
    """A colour's name as its field wants it, where the field holds a colour in hexadecimal digits."""
    held = re.fullmatch(r"(#?)[0-9a-fA-F]{6}", node.value or "")
    colour = hexadecimal(text.strip().casefold())
    asks = node.type == "color" or {"color", "colour"} & set(
        re.findall(r"[a-z]+", (node.name or node.label).lower())
    )
    if not held or not colour or not asks:
        return text
    return colour if held[1] else colour[1:].upper()


def _is_just(css: str, colour: str) -> bool:
    found, named = _RGB.match(css), _NAMED.get(colour)
    if not found or named is None:
        return False
    apart = sum((int(part) - wanted) ** 2 for part, wanted in zip(found.groups()[:3], named, strict=True))
    return bool(apart**0.5 < _ALMOST)


def looking(seen: Observation, matches: Sequence[Match], look: Look) -> list[Match]:
    """The matches that look so; size is judged among those of the right colour and shape."""
    wanted = _SAME.get(look.colour, look.colour)
    found = [match for match in matches if _is_just(_paint(seen, match.index), look.colour)]
    found = found or [match for match in matches if not wanted or wanted in colours(seen, match.index)]
    found = [
        match for match in found if look.colour and look.colour in seen.nodes[match.index].hints
    ] or found
    if look.shape and look.shape not in ("any", "patch"):
        found = [match for match in found if seen.nodes[match.index].attributes.get("shape") == look.shape]
    if not look.size or not found:
        return found
    middle = _middle(seen, matches)
    small = look.size == "small"
    return [match for match in found if (_extent(seen, match.index) < middle) == small]


def colours(seen: Observation, index: int) -> set[str]:
    """The names an element's colour may go by: of its surface, else of its text."""
    told = seen.nodes[index].attributes
    surface = colour_name(str(told.get("paint", "")))
    ink = colour_name(str(told.get("ink", "")))
    return {surface} if surface else {ink} - {""}


def _paint(seen: Observation, index: int) -> str:
    told = seen.nodes[index].attributes
    surface = str(told.get("paint", ""))
    return surface if colour_name(surface) else str(told.get("ink", ""))


def shapes(seen: Observation, look: Look) -> list[Match]:
    """Everything that is drawn rather than written: figures of a drawing, else plain patches of colour."""
    drawn = [
        index
        for index, node in enumerate(seen.nodes)
        if node.ref and node.attributes.get("shape") and not node.name and not node.text
    ]
    figures = [index for index in drawn if seen.nodes[index].tag in _FIGURES]
    chosen = figures if figures and look.shape != "patch" else [at for at in drawn if at not in figures]
    return [Match(index, 0.85, "a drawn thing") for index in chosen]


def _extent(seen: Observation, index: int) -> float:
    box = seen.nodes[index].box
    return max(box.width, box.height) if box else 0.0


def _middle(seen: Observation, matches: Sequence[Match]) -> float:
    extents = [_extent(seen, match.index) for match in matches]
    return (min(extents) + max(extents)) / 2


def largest(seen: Observation, look: Look, *, smallest: bool) -> list[int]:
    """The largest or smallest drawn things of that colour and shape; several where they tie."""
    found = [match.index for match in looking(seen, shapes(seen, look), replace(look, size=""))]
    extents = {at: _extent(seen, at) for at in found}
    wanted = (min if smallest else max)(extents.values(), default=0.0)
    return [at for at in found if abs(extents[at] - wanted) < 1]
