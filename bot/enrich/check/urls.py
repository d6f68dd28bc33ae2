"""Web addresses must come through byte for byte, case and all. Pure."""

from bot.enrich.check.side import Side
from bot.enrich.check.spans import major, minor
from bot.models import Finding, FindingKind


def url_findings(needed: Side, known: Side, target: Side) -> list[Finding]:
    """What became of the addresses: `needed` is what must be in `target`, `known` all that may."""
    # One in which the source breaks off is not whole.
    cut = next(iter(needed.addresses[-1:]), "")
    broken = "." not in _host(cut).removeprefix("www")
    whole = needed.addresses[:-1] if broken else needed.addresses
    kept = dict.fromkeys(whole)
    new = [one for one in dict.fromkeys(target.addresses) if one not in known.addresses]
    found: list[Finding] = []
    for address in kept:
        if address in target.addresses:
            continue
        near = next((one for one in new if _alike(address, one)), None)
        if near is None:
            # Where no space parts it from what follows, an address reads longer than it is.
            if address in target.raw:
                continue
            made = minor if address.lower().startswith("arxiv:") else major
            found.append(made(FindingKind.URL_MISSING, address))
            continue
        new.remove(near)
        slash = address.rstrip("/") == near.rstrip("/")
        made = minor if slash else major
        found.append(made(FindingKind.URL_CHANGED, address, near))
    for one in new:
        if one not in known.raw and not (cut and one.startswith(cut)):
            # The number of the paper itself tells nothing wrong, an address may.
            made = minor if one.lower().startswith("arxiv:") else major
            found.append(made(FindingKind.URL_CHANGED, "", one))
    return found


def _alike(one: str, other: str) -> bool:
    """Whether two addresses may be the same one: they begin alike or hold one another."""
    first, second = one.lower(), other.lower()
    if first in second or second in first:
        return True
    common = 0
    for left, right in zip(first, second, strict=False):
        if left != right:
            break
        common += 1
    return common >= 12 or _host(first) == _host(second)


def _host(address: str) -> str:
    return address.rpartition("://")[2].partition("/")[0].removeprefix("www.")
