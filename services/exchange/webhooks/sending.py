"""One attempt at one address: never to a private one, never somewhere else, never for longer than 15 seconds.

A name is looked up once, and the connection goes to the very address that was checked, so that a name which answers
differently the second time leads nowhere. The certificate is still that of the name.
"""

import asyncio
import ipaddress
import socket
import time
from collections.abc import Mapping

import httpx

from services.exchange.domain.webhooks import Outcome

_PATIENCE = 15.0
_READ = 16_384
_THROUGH_OTHERS = [ipaddress.ip_network(each) for each in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]
"""IPv6 addresses that lead to an IPv4 address, which may be a private one."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Refused(Exception):
    """We do not go there; says why."""


class Sender:
    """Posts notices. `loopback` lets it reach this machine, over http too: for development and tests alone."""

    def __init__(self, *, loopback: bool = False) -> None:
        self._loopback = loopback
        self._http = httpx.AsyncClient(
            follow_redirects=False,
            trust_env=False,
            timeout=_PATIENCE,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Post it. Whatever goes wrong is an outcome, too."""
        began, status, error = time.monotonic(), None, None
        try:
            async with asyncio.timeout(_PATIENCE):
                status = await self._post(httpx.URL(url), body, headers)
        except TimeoutError:
            error = f"no answer within {_PATIENCE:.0f} s"
        except (Refused, httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as reason:
            error = f"{type(reason).__name__}: {reason}"[:200]
        return Outcome(status=status, error=error, milliseconds=round((time.monotonic() - began) * 1000))

    async def _post(self, url: httpx.URL, body: bytes, headers: Mapping[str, str]) -> int:
        address = await self._looked_up(url)
        request = self._http.build_request(
            "POST",
            url.copy_with(host=str(address)),
            content=body,
            headers={**headers, "Host": url.netloc.decode(), "Content-Type": "application/json"},
            extensions={"sni_hostname": url.host},
        )
        answer = await self._http.send(request, stream=True)
        try:
            size = 0
            async for part in answer.aiter_raw():
                if (size := size + len(part)) > _READ:
                    break
        finally:
            await answer.aclose()
        return answer.status_code

    async def _looked_up(self, url: httpx.URL) -> Address:
        """The address to go to; every one that the name has must be a public one."""
        port = url.port or (443 if url.scheme == "https" else 80)
        found = await asyncio.get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        addresses = [ipaddress.ip_address(each[4][0]) for each in found]
        for address in addresses:
            if not (is_public(address) or (self._loopback and address.is_loopback)):
                raise Refused(f"{address} is not a public address")
        if url.scheme != "https" and not all(address.is_loopback for address in addresses):
            raise Refused("only https")
        return addresses[0]


def is_public(address: Address) -> bool:
    """Whether everybody may go there."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in _THROUGH_OTHERS):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved
