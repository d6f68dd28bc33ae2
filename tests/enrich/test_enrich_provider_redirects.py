"""Where a service may send a client, over addresses that no loopback server can have."""

import httpx
import pytest
from leaping import LeapingClock

from bot.errors import SourceUnavailable
from bot.provider_http import ProviderHttp


async def _asked(base: str, target: str) -> list[str]:
    """The addresses that are asked when the first one redirects."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        if len(asked) == 1:
            return httpx.Response(308, headers={"Location": target})
        return httpx.Response(200, stream=httpx.ByteStream(b"[]"))

    transport = httpx.MockTransport(answer)
    http = ProviderHttp("Service", base, clock=LeapingClock(), transport=transport)
    try:
        await http.request("POST", "/do", json={"text": "a"})
    finally:
        await http.aclose()
    return asked


@pytest.mark.parametrize(
    ("base", "target"),
    [
        ("http://service.example", "https://service.example/do"),
        ("http://service.example:80", "https://service.example:443/do"),
        ("https://service.example", "https://service.example:443/v2"),
        ("http://service.example:5000", "http://service.example:5000/do/"),
    ],
)
async def test_the_same_server_is_followed(base: str, target: str) -> None:
    assert len(await _asked(base, target)) == 2


@pytest.mark.parametrize(
    ("base", "target"),
    [
        ("https://service.example", "http://service.example/do"),
        ("http://service.example", "http://service.example:6379/do"),
        ("http://service.example:5000", "https://service.example/do"),
        ("https://service.example", "https://service.example.evil.example/do"),
        ("https://service.example", "https://service.example@evil.example/do"),
        ("https://service.example", "//169.254.169.254/latest"),
        ("https://service.example", "file:///etc/passwd"),
    ],
)
async def test_another_server_is_not(base: str, target: str) -> None:
    with pytest.raises(SourceUnavailable, match="redirects to another address"):
        await _asked(base, target)
