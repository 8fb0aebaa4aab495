"""One attempt to POST to a merchant's URL: only to public addresses, without redirects, for at most 15 seconds.

The host is resolved once and the connection goes to the address that was checked, so that a name that resolves
differently the second time (DNS rebinding) cannot reach a private address. TLS verifies the certificate of the name.
"""

import asyncio
import ipaddress
import socket
import time
from collections.abc import Mapping

import httpx

from services.exchange.domain.addresses import Address, is_public
from services.exchange.domain.webhooks import Outcome

_TIMEOUT_SECONDS = 15.0
_MAX_RESPONSE_BYTES = 16_384


class Refused(Exception):
    """The URL leads to an address that must not be connected to."""


class WebhookSender:
    """Sends notices. `allow_loopback`, for development and tests, allows this machine, also over http."""

    def __init__(self, *, allow_loopback: bool = False) -> None:
        self._allow_loopback = allow_loopback
        self._http = httpx.AsyncClient(
            follow_redirects=False,
            trust_env=False,
            timeout=_TIMEOUT_SECONDS,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """POST `body` to `url` and return the outcome; errors are outcomes, too."""
        began, status, error = time.monotonic(), None, None
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                status = await self._post(httpx.URL(url), body, headers)
        except TimeoutError:
            error = f"no answer within {_TIMEOUT_SECONDS:.0f} s"
        except (Refused, httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as reason:
            error = f"{type(reason).__name__}: {reason}"[:200]
        return Outcome(status=status, error=error, milliseconds=round((time.monotonic() - began) * 1000))

    async def _post(self, url: httpx.URL, body: bytes, headers: Mapping[str, str]) -> int:
        address = await self._resolve(url)
        request = self._http.build_request(
            "POST",
            url.copy_with(host=str(address)),
            content=body,
            headers={**headers, "Host": url.netloc.decode(), "Content-Type": "application/json"},
            extensions={"sni_hostname": url.host},
        )
        response = await self._http.send(request, stream=True)
        try:
            size = 0
            async for part in response.aiter_raw():
                if (size := size + len(part)) > _MAX_RESPONSE_BYTES:
                    break
        finally:
            await response.aclose()
        return response.status_code

    async def _resolve(self, url: httpx.URL) -> Address:
        """Return the address to connect to. Raises Refused unless all addresses of the host are allowed."""
        port = url.port or (443 if url.scheme == "https" else 80)
        found = await asyncio.get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        addresses = [ipaddress.ip_address(each[4][0]) for each in found]
        for address in addresses:
            if not (is_public(address) or (self._allow_loopback and address.is_loopback)):
                raise Refused(f"{address} is not a public address")
        if url.scheme != "https" and not all(address.is_loopback for address in addresses):
            raise Refused("only https")
        return addresses[0]
