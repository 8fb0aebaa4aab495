"""Which addresses webhooks may be sent to: only public ones, so that the sender cannot reach others (R27)."""

import ipaddress
import re

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_REFUSED = [
    ipaddress.ip_network(each)
    for each in (
        "fec0::/10",  # site-local, deprecated but still routed by some
        "::/96",  # IPv4-compatible
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # NAT64 of a site
        "2002::/16",  # 6to4
        "2001::/23",  # IETF protocols, Teredo among them
        "::ffff:0:0:0/96",  # IPv4-translated
        "5f00::/16",  # segment routing
        "3fff::/20",  # documentation
        "192.88.99.0/24",  # relays of 6to4
    )
]
"""Networks that `is_global` may call global: tunnels to IPv4 addresses, which may be private, and special purposes."""


def is_public(address: Address) -> bool:
    """Return whether an address is global unicast and no tunnel to a private one."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            return False
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
    if any(address in network for network in _REFUSED if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_local_name(host: str) -> bool:
    """Return whether `host` is `localhost`, or a name under it, which resolve to this machine."""
    return host == "localhost" or host.endswith(".localhost")


def is_numeric(host: str) -> bool:
    """Return whether `host` ends in a number, as URLs understand it: an IPv4 address, however it is written."""
    last = host.rsplit(".", 1)[-1]
    return bool(re.fullmatch(r"[0-9]+|0[xX][0-9a-fA-F]*", last))


def parse(host: str) -> Address | None:
    """Return the address that `host` is, None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
