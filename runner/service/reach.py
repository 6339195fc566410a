"""What runs may reach. Nobody's cloud metadata; in a team, no private network but the hosts that are allowed.

Whoever may start runs here would otherwise see, through a page, what this machine can see and they cannot.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address

# Where clouds tell a machine its own secrets: link-local, and what some of them use instead.
_METADATA: Final = tuple(
    ip_network(text)
    for text in (
        "169.254.0.0/16",
        "fe80::/10",
        "fd00:ec2::/32",
        "100.100.100.200/32",
        "168.63.129.16/32",
        "192.0.0.192/32",
    )
)
_METADATA_NAMES: Final = frozenset({"metadata", "metadata.google.internal", "instance-data"})


@dataclass(frozen=True)
class Reach:
    """`team`: others use this service, too. `allowed`: hosts by name or address, networks (`10.0.0.0/8`)."""

    team: bool = False
    allowed: tuple[str, ...] = ()

    def permits_name(self, host: str) -> bool:
        """Whether the host may be looked up at all."""
        plain = host.strip("[]").rstrip(".").lower()
        if self._allowed_by_name(plain):
            return True
        address = _literal(plain)
        if address is not None:
            return self.permits(plain, address)
        return plain not in _METADATA_NAMES and not (self.team and _is_local_name(plain))

    def permits(self, host: str, address: Address) -> bool:
        """Whether that address, to which the host has been resolved, may be connected to."""
        address = getattr(address, "ipv4_mapped", None) or address
        if self._allowed_by_name(host.strip("[]").rstrip(".").lower()) or self._allowed_by_network(address):
            return True
        if any(address in network for network in _METADATA if network.version == address.version):
            return False
        return not self.team or address.is_global

    def permits_url(self, url: str) -> bool:
        """Whether a client may ask for a run at that URL."""
        parts = urlsplit(url)
        return parts.scheme.lower() in ("http", "https") and self.permits_name(parts.hostname or "")

    def _allowed_by_name(self, host: str) -> bool:
        return any(host == each.strip("[]").lower() for each in self.allowed)

    def _allowed_by_network(self, address: Address) -> bool:
        for each in self.allowed:
            try:
                if address in ip_network(each.strip("[]"), strict=False):
                    return True
            except ValueError:
                # it is a name
                continue
        return False


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_local_name(host: str) -> bool:
    return "." not in host or host.endswith((".local", ".internal", ".localhost", ".lan", ".home.arpa"))
