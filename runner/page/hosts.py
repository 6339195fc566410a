"""Where a run may go: the hosts that a planner which reads pages is kept on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Request, Route


@dataclass(frozen=True, slots=True)
class Hosts:
    """Names of hosts. `site.test` stands for itself and everything below it; ports do not matter."""

    names: frozenset[str]

    @classmethod
    def of(cls, start_url: str, also: Iterable[str] = ()) -> Hosts:
        """The site a URL belongs to (its host, without `www.`), and what else is named: hosts or URLs."""
        own = (urlsplit(start_url).hostname or "").removeprefix("www.")
        named = (urlsplit(name if "//" in name else f"//{name}").hostname or "" for name in also)
        return cls(frozenset(name.lower().removeprefix("*.") for name in (own, *named) if name))

    def allow(self, url: str) -> bool:
        """Whether the URL is on one of the hosts. What has no host (`about:blank`, `data:`) is no way out."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            return parts.scheme in ("about", "blob", "data")
        host = (parts.hostname or "").lower()
        return any(host == name or host.endswith(f".{name}") for name in self.names)

    def __str__(self) -> str:
        return ", ".join(sorted(self.names))


async def fence(context: BrowserContext, hosts: Hosts, refused: Callable[[str], None]) -> None:
    """Stop every navigation of a tab to another host before it begins; `refused` is told its URL.

    A redirect of the server cannot be stopped that way: whoever reads the page must look where it is.
    """

    async def judge(route: Route, request: Request) -> None:
        leaves = request.is_navigation_request() and request.frame.parent_frame is None
        if leaves and not hosts.allow(request.url):
            refused(request.url)
            await route.abort("aborted")
        else:
            await route.fallback()

    await context.route("**/*", judge)
