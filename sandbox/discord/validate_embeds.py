"""Rich embeds of a message: limits and the form in which they are given back.

Limits: Discord's message resource, "Embed Limits".
"""

from datetime import datetime
from typing import Any

from sandbox.discord.validate import Form

Json = dict[str, Any]

MAX_EMBEDS = 10
MAX_CHARACTERS = 6000
_MEDIA_SCHEMES = ("http", "https", "attachment")


def parse_embeds(body: Form) -> list[Json]:
    """The embeds of a message body, normalized."""
    embeds: list[Json] = []
    total = 0
    for form in body.forms("embeds", most=MAX_EMBEDS):
        embed, characters = _embed(form)
        total += characters
        embeds.append(embed)
        if total > MAX_CHARACTERS:
            message = f"Embed size exceeds maximum size of {MAX_CHARACTERS}"
            body.wrong("embeds", "MAX_EMBED_SIZE_EXCEEDED", message)
            break
    return embeds


def _embed(form: Form) -> tuple[Json, int]:
    embed: Json = {"type": "rich"}
    texts: list[str] = []

    def keep(name: str, value: str | None) -> None:
        if value:
            embed[name] = value
            texts.append(value)

    keep("title", _stripped(form.text("title", most=256)))
    keep("description", _stripped(form.text("description", most=4096)))
    url = form.address("url")
    if url:
        embed["url"] = url
    color = form.integer("color", least=0, most=0xFFFFFF)
    if color is not None:
        embed["color"] = color
    moment = form.text("timestamp")
    if moment is not None:
        parsed = _moment(moment)
        if parsed is None:
            message = f"Could not parse {moment}. Should be ISO8601."
            form.wrong("timestamp", "DATE_TIME_TYPE_PARSE", message)
        else:
            embed["timestamp"] = parsed
    _footer(form, embed, texts)
    _author(form, embed, texts)
    for name in ("image", "thumbnail"):
        part = form.form(name)
        address = part and part.address("url", schemes=_MEDIA_SCHEMES, required=True)
        if address:
            embed[name] = {"url": address, "proxy_url": address, "width": 0, "height": 0}
    _fields(form, embed, texts)
    if len(embed) == 1 and not form.problems:
        form.wrong("description", "BASE_TYPE_REQUIRED", "This field is required")
    return embed, sum(len(text) for text in texts)


def _stripped(text: str | None) -> str | None:
    return text and text.strip()


def _moment(text: str) -> str | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.isoformat() if moment.tzinfo else f"{moment.isoformat()}+00:00"


def _footer(form: Form, embed: Json, texts: list[str]) -> None:
    part = form.form("footer")
    if part is None:
        return
    text = _stripped(part.text("text", most=2048))
    icon = part.address("icon_url", schemes=_MEDIA_SCHEMES)
    if text:
        embed["footer"] = {"text": text} | ({"icon_url": icon} if icon else {})
        texts.append(text)


def _author(form: Form, embed: Json, texts: list[str]) -> None:
    part = form.form("author")
    if part is None:
        return
    name = _stripped(part.text("name", most=256, required=True))
    extra = {
        "url": part.address("url"),
        "icon_url": part.address("icon_url", schemes=_MEDIA_SCHEMES),
    }
    if name:
        embed["author"] = {"name": name} | {key: value for key, value in extra.items() if value}
        texts.append(name)


def _fields(form: Form, embed: Json, texts: list[str]) -> None:
    fields: list[Json] = []
    for part in form.forms("fields", most=25):
        name = part.text("name", least=1, most=256, required=True)
        value = part.text("value", least=1, most=1024, required=True)
        fields.append({"name": name, "value": value, "inline": part.boolean("inline")})
        texts.extend(text for text in (name, value) if text)
    if fields:
        embed["fields"] = fields
