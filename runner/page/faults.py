"""The one place where Playwright's errors become ours, always `from` their cause."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from runner.contract.errors import (
    ActionFailed,
    BrowserDied,
    BrowserMissing,
    DemoRunnerError,
    NavigationFailed,
)

_BROWSER_GONE: Final = re.compile(
    r"Browser (has been )?closed|Connection closed|Target crashed|Page crashed|"
    r"Process (was )?(closed|killed|terminated)|EPIPE|pipe closed",
    re.IGNORECASE,
)
_TARGET_GONE: Final = re.compile(
    r"Target (page, context or browser has been )?closed|has been closed|Frame was detached"
)
_STALE: Final = re.compile(
    r"not attached to the DOM|Element is not connected|detached from the DOM|"
    r"Execution context was destroyed|Cannot find context with specified id|Frame was detached|"
    r"JSHandle is disposed"
)
# What probe.js throws where it must not act at once, and what Playwright says of a selector it cannot read.
_UNDECIDED: Final = re.compile(
    r"Not decided at a glance|while parsing|not a valid selector|Malformed selector"
)
_NETWORK: Final = re.compile(r"net::(ERR_[A-Z0-9_]+)")
_INTERCEPTS: Final = re.compile(r"(<[^\n]*>?[^\n]*) intercepts pointer events")
_CALL_LOG: Final = re.compile(r"\n?\s*(Call log|Browser logs):.*", re.DOTALL)

# Where in a page's scripts an error arose says nothing to the reader of a flow.
_STACK: Final = re.compile(r"\n\s+at .*", re.DOTALL)

_REACH: Final = "Check that the host can be reached from this machine."
_PORT: Final = "Is this the right port, and http or https as the server expects?"
_PROXY: Final = ("the proxy failed", "Check the proxy settings of this machine.")

# Chromium's network errors, the first prefix counts: the cause in words, and what a person can do.
_NETWORK_CAUSES: Final[Mapping[str, tuple[str, str]]] = {
    "ERR_NAME_NOT_RESOLVED": (
        "the host name is not known",
        "Check the host's spelling and that this machine can resolve it.",
    ),
    "ERR_CONNECTION_REFUSED": (
        "the host refused the connection",
        "Is the application running, and on this port?",
    ),
    "ERR_CONNECTION_RESET": ("the host broke the connection off", _PORT),
    "ERR_CONNECTION_CLOSED": ("the host closed the connection", _PORT),
    "ERR_EMPTY_RESPONSE": ("the host closed the connection without an answer", "Look into the server's log."),
    "ERR_CONNECTION_TIMED_OUT": ("the host did not answer in time", _REACH),
    "ERR_TIMED_OUT": ("the host did not answer in time", _REACH),
    "ERR_ADDRESS_UNREACHABLE": ("the host is unreachable", _REACH),
    "ERR_ADDRESS_INVALID": ("the address is not valid", "Check the host and port of the URL."),
    "ERR_INTERNET_DISCONNECTED": ("this machine has no network", "Connect it, or use a URL on this machine."),
    "ERR_NETWORK": ("the network failed", "Check this machine's network and try again."),
    "ERR_SOCKS": (
        "nothing answers there",
        "Is the application running, on this host and port, and may the runner go there?",
    ),
    "ERR_PROXY": _PROXY,
    "ERR_TUNNEL": _PROXY,
    "ERR_CERT": (
        "TLS error, the server's certificate is not trusted",
        "Renew the certificate, trust its issuer on this machine, or use http for a local server.",
    ),
    "ERR_SSL": (
        "TLS error, the handshake failed",
        "Does the server speak https on this port? If not, use http.",
    ),
    "ERR_TOO_MANY_REDIRECTS": (
        "the page redirects in a circle",
        "Follow the redirects by hand; a missing cookie or sign-in is a usual reason.",
    ),
    "ERR_UNSAFE_PORT": (
        "the browser blocks this port as unsafe",
        "Serve the application on another port.",
    ),
    "ERR_INVALID_URL": ("the URL is not valid", "Write it in full, for example https://example.com/path."),
    "ERR_BLOCKED": ("the request was blocked", "An extension, a policy or the page itself blocks it."),
    "ERR_ABORTED": (
        "the load was broken off",
        "The address may answer with a download or no content instead of a page.",
    ),
}


class Stale(ActionFailed):
    """The element did not become ready before anything was done to it: another try may help."""


class Replaced(Stale):
    """The element is not in the page any more: only another look at the page may help."""


class Undecided(Replaced):
    """There was doubt at a glance, and nothing was done: the element must be looked for."""


@contextmanager
def translated(doing: str, *, limit: int | None = None) -> Iterator[None]:
    """Run a piece of Playwright work; its errors leave as ours.

    `doing` completes "could not ...", `limit` is the time allowed in ms.
    """
    try:
        yield
    except PlaywrightError as error:
        raise mapped(error, doing, limit=limit) from error


def mapped(
    error: PlaywrightError, doing: str, *, limit: int | None = None, alive: bool = True
) -> DemoRunnerError:
    """Our error for one of Playwright's; `doing` and `limit` as for `translated`.

    `alive` is what is known of the browser: a page that closes may be all there is to hear of its end.
    """
    text = error.message
    if not alive or browser_gone(error):
        return BrowserDied(
            f"The browser went away before it could {doing}.",
            remedy="It crashed or was ended from outside. Run it again, and look at the machine's memory.",
            cause=headline(text),
        )
    if "playwright install ffmpeg" in text:
        return BrowserMissing(
            f"Could not {doing}: to film it, Playwright's ffmpeg is needed, and it is not there.",
            remedy="Run `playwright install ffmpeg`, or leave the video out.",
        )
    if code := _NETWORK.search(text):
        return _unreachable(code[1], doing)
    if _UNDECIDED.search(text):
        return Undecided(f"Could not {doing}: {headline(text)}", cause=headline(text))
    if target_gone(error):
        return Replaced(f"Could not {doing}: the page was closed.", cause=headline(text))
    if stale(error):
        return Replaced(f"Could not {doing}: the page replaced the element meanwhile.", cause=headline(text))
    if isinstance(error, PlaywrightTimeout):
        return _too_late(text, doing, limit)
    return ActionFailed(f"Could not {doing}: {headline(text)}", cause=headline(text))


def browser_gone(error: PlaywrightError) -> bool:
    """Whether the whole browser (or its page's process) is gone, not just one page."""
    # Playwright adds the browser's own last words only when it has ended.
    return "Browser logs:" in error.message or bool(_BROWSER_GONE.search(headline(error.message)))


def target_gone(error: PlaywrightError) -> bool:
    """Whether the page or frame that was worked on has been closed."""
    return bool(_TARGET_GONE.search(headline(error.message)))


def stale(error: PlaywrightError) -> bool:
    """Whether the element was replaced, or its document left, before it could be used."""
    return bool(_STALE.search(error.message))


def action_done(error: PlaywrightError) -> bool:
    """Whether a click that timed out had been done, and only what it caused was waited for."""
    return "click action done" in error.message


def action_begun(error: PlaywrightError) -> bool:
    """Whether a click that timed out may have reached the page."""
    return "performing click action" in error.message


def headline(text: str) -> str:
    """Playwright's message without its call log, the page's script stack and the name of the call."""
    first = _STACK.sub("", _CALL_LOG.sub("", text)).strip()
    return re.sub(r"^\w+\.\w+: ", "", first)


def coverer(text: str) -> str | None:
    """The element that lay over the target, as Playwright's log tells it, or None."""
    found = _INTERCEPTS.findall(text)
    return str(found[-1]).strip(" -") if found else None


def _unreachable(code: str, doing: str) -> NavigationFailed:
    for prefix, (cause, remedy) in _NETWORK_CAUSES.items():
        if code.startswith(prefix):
            return NavigationFailed(f"Could not {doing}: {cause} ({code}).", remedy=remedy, cause=code)
    return NavigationFailed(f"Could not {doing} ({code}).", cause=code)


def _too_late(text: str, doing: str, limit: int | None) -> DemoRunnerError:
    span = f" within {limit} ms" if limit else ""
    if over := coverer(text):
        return Stale(
            f"Could not {doing}{span}: it is covered by {over}.",
            remedy="Close what covers it in a step before this one, or wait for it to go away.",
            covered_by=over,
        )
    reason = _last_obstacle(text) or "the page was not ready for it"
    return Stale(
        f"Could not {doing}{span}: {reason}.",
        remedy="Give the step a longer timeout_ms, or wait in a step before for what makes it ready.",
        cause=reason,
    )


_OBSTACLES: Final[tuple[tuple[str, str], ...]] = (
    ("element is not enabled", "the element stays disabled"),
    ("element is not visible", "the element is not visible"),
    ("element is not stable", "the element does not stop moving"),
    ("element is not editable", "the element is read-only"),
    ("element is outside of the viewport", "the element cannot be scrolled into view"),
    ("did not find some options", "the option is not there"),
    ("waiting for", "the element is no longer there, or the page does not answer"),
)


def _last_obstacle(text: str) -> str | None:
    places = [(text.rfind(phrase), meaning) for phrase, meaning in _OBSTACLES]
    at, meaning = max(places)
    return meaning if at >= 0 else None
