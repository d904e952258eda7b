"""Whose word is taken on who asks: that of the reverse proxies that the operator has named, and nobody else's."""

import ipaddress
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from starlette.requests import Request

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
#: Whoever has one address of IPv6 usually has all that share its first half.
_OWNED_BY_ONE = 64
_IPV6 = 6


class Proxies:
    """The proxies that stand before the desk."""

    def __init__(self, networks: Sequence[Network] = ()) -> None:
        """Whoever asks from one of these networks may say for whom."""
        self._networks = tuple(networks)

    def client_of(self, request: Request) -> str:
        """Who asks, for counting tries: an address, of IPv6 its first half.

        Each proxy adds at the end whom it saw; whatever stands before the last one that is ours may have been made up.
        """
        seen = request.client.host if request.client else ""
        said = [each.strip() for header in request.headers.getlist("x-forwarded-for") for each in header.split(",")]
        while said and self._is_ours(seen):
            seen = said.pop()
        return _counted(seen)

    def counted(self, host: str) -> str | None:
        """Under which name a connection from there is counted; None: a proxy of ours, by which everybody may come."""
        return None if self._is_ours(host) else _counted(host)

    def _is_ours(self, text: str) -> bool:
        address = _address(text)
        return address is not None and any(address in network for network in self._networks)


def _address(text: str) -> Address | None:
    """What is none is nobody's; one of IPv4 inside IPv6 is itself."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0].strip("[]"))
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def _counted(text: str) -> str:
    address = _address(text)
    if address is None:
        return "unknown"
    return str(ipaddress.ip_network((address, _OWNED_BY_ONE), strict=False)) if address.version == _IPV6 else str(address)


NO_PROXIES = Proxies()
