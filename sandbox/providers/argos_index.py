"""An index of translation models and the server of its packages, as Argos Translate has them."""

import hashlib
import json
import re
from collections.abc import Mapping

from sandbox.providers.serving import Asked, LoopbackServer, Told

_RANGE = re.compile(r"bytes=(\d+)-")


class ArgosIndex(LoopbackServer):
    """Serves `/index.json`, and the packages' files as byte ranges (RFC 9110, section 14).

    `ranges` switched off makes it a server that knows no ranges; `validators` switched off one
    that sends no ETag.
    """

    def __init__(self, *, ranges: bool = True, validators: bool = True) -> None:
        super().__init__(self._answered_to)
        self.ranges = ranges
        self.validators = validators
        self.entries: list[object] = []
        self._files: dict[str, bytes] = {}

    @property
    def index(self) -> str:
        """The index's address."""
        return f"{self.url}/index.json"

    def offer(self, to: str, version: str, package: bytes, *, name: str = "") -> str:
        """Put a package from English into the index and on the server; its address."""
        name = name or f"translate-en_{to}-{version.replace('.', '_')}.argosmodel"
        self._files[f"/{name}"] = package
        self.entries.append(
            {
                "package_version": version,
                "argos_version": "1.9.0",
                "from_code": "en",
                "from_name": "English",
                "to_code": to,
                "to_name": to.upper(),
                "links": [f"{self.url}/{name}"],
                "type": "translate",
            }
        )
        return f"{self.url}/{name}"

    def asked_for_ranges(self) -> list[str]:
        """The `Range` headers of the requests for packages, empty for those without one."""
        packages = [asked for asked in self.asked if asked.path != "/index.json"]
        return [asked.headers.get("Range", "") for asked in packages]

    def _answered_to(self, asked: Asked) -> Told:
        if asked.path == "/index.json":
            return Told(json.dumps(self.entries))
        file = self._files.get(asked.path)
        if file is None:
            return Told("<html><body>Not found</body></html>", 404, {"Content-Type": "text/html"})
        tag = f'"{hashlib.sha256(file).hexdigest()[:16]}"'
        headers: dict[str, str] = {"ETag": tag} if self.validators else {}
        if self.ranges:
            headers["Accept-Ranges"] = "bytes"
            start = _start(asked.headers, tag)
            if start is not None and start < len(file):
                headers["Content-Range"] = f"bytes {start}-{len(file) - 1}/{len(file)}"
                return Told(file[start:], 206, headers)
            if start is not None:
                return Told(b"", 416, {"Content-Range": f"bytes */{len(file)}"})
        return Told(file, 200, headers)


def _start(headers: Mapping[str, str], tag: str) -> int | None:
    """The first byte that a request asks for; None if it is to get the whole file."""
    asked = _RANGE.fullmatch(headers.get("Range", ""))
    condition = headers.get("If-Range")
    return int(asked[1]) if asked and condition in {None, tag} else None
