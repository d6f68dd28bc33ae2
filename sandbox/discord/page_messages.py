"""One message as HTML: author, text, embeds, components, files, reactions."""

import re
from collections.abc import Callable, Iterable
from html import escape, unescape
from typing import Any

from sandbox.discord.message_text import message_text
from sandbox.discord.models import Channel, Guild, Message, MessageFlag, MessageType
from sandbox.discord.page_markdown import Names, render
from sandbox.discord.page_names import GuildNames
from sandbox.discord.payloads_messages import attachment_url, message_payload
from sandbox.discord.state import State
from sandbox.discord.validate_components import (
    ACTION_ROW,
    CONTAINER,
    FILE,
    MEDIA_GALLERY,
    SECTION,
    SEPARATOR,
    TEXT_DISPLAY,
    THUMBNAIL,
)
from sandbox.discord.validate_controls import BUTTON, SELECTS

Json = dict[str, Any]

_BUTTON_STYLES = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "primary"}
_QUOTED = 90
_ICONS = ("image/png", "image/jpeg", "image/gif", "image/webp")


class MessageHtml:
    """Renders the messages of one page; `accents` collects the colors that they use.

    `query` is what addresses of the page itself end with.
    """

    def __init__(self, state: State, guild: Guild | None, query: str = "") -> None:
        self.accents: set[int] = set()
        self._state = state
        self._query = query
        self._names: Names = GuildNames(state, guild)

    def message(self, message: Message, channel: Channel) -> str:
        """The whole message; in a thread the starter stands for the message it began with."""
        if message.type is MessageType.THREAD_STARTER_MESSAGE and message.reference is not None:
            _, parent_id, starter_id = message.reference
            parent = self._state.channels.get(parent_id)
            starter = parent and parent.messages.get(starter_id or 0)
            if parent is not None and starter is not None:
                return self.message(starter, parent)
        author = self._state.user(message.author_id)
        name = escape(self._names.user(author.id))
        tag = "<span class=tag>APP</span>" if author.bot else ""
        when = message.created_at.strftime("%Y-%m-%d %H:%M")
        edited = "<span class=edited>(edited)</span>" if message.edited_at else ""
        private = " class=private" if message.ephemeral_to is not None else ""
        return (
            f"<article id=m{message.id}{private}>{self._origin(message)}"
            f'<header><b class="{"bot" if author.bot else "person"}">{name}</b>{tag}'
            f'<time datetime="{message.created_at.isoformat()}">{when} UTC</time></header>'
            f"<div class=body>{self._body(message)}{edited}</div>"
            f"{self._reactions(message)}{self._thread(message, channel)}"
            f"{self._privacy(message)}</article>"
        )

    def _privacy(self, message: Message) -> str:
        if message.ephemeral_to is None:
            return ""
        who = escape(self._names.user(message.ephemeral_to))
        return f"<p class=only>👁 Only {who} can see this</p>"

    def _origin(self, message: Message) -> str:
        if message.type is MessageType.REPLY and message.reference is not None:
            return self._replied(*message.reference[1:])
        about = message.interaction_metadata
        if about is None or message.type not in (
            MessageType.CHAT_INPUT_COMMAND,
            MessageType.CONTEXT_MENU_COMMAND,
        ):
            return ""
        who = escape(self._names.user(int(about["user"]["id"])))
        used = escape(str(about.get("name", "a command")))
        slash = "/" if message.type is MessageType.CHAT_INPUT_COMMAND else ""
        return f"<div class=origin>{who} used <b>{slash}{used}</b></div>"

    def _replied(self, channel_id: int, message_id: int | None) -> str:
        channel = self._state.channels.get(channel_id)
        replied = self._state.ephemeral.get(message_id or 0) or (
            channel and channel.messages.get(message_id or 0)
        )
        if not replied:
            return "<div class=origin>↱ Original message was deleted</div>"
        who = escape(self._names.user(replied.author_id))
        text = message_text(message_payload(self._state, replied, None))
        # The text without its formatting, in one line.
        line = " ".join(unescape(re.sub(r"<[^>]*>", " ", render(text, self._names))).split())
        quoted = escape(line[:_QUOTED].rstrip() + ("…" if len(line) > _QUOTED else ""))
        return f"<div class=origin>↱ <b>{who}</b> {quoted or 'a message'}</div>"

    def _forwarded(self, message: Message) -> str:
        copy = message.snapshot
        if copy is None:
            return ""
        files = "".join(
            f"<p class=file>📄 {escape(f['filename'])}</p>" for f in copy["attachments"]
        )
        embeds = "".join(self._embed(embed) for embed in copy["embeds"])
        text = render(copy["content"], self._names)
        return (
            f"<blockquote><p class=small>↱ Forwarded</p>{text}{files}{embeds}"
            f"{self._components(copy['components'])}</blockquote>"
        )

    def _body(self, message: Message) -> str:
        if message.flags & MessageFlag.LOADING:
            return "<p class=thinking>is thinking…</p>"
        if message.type is MessageType.THREAD_CREATED:
            return f"<p class=system>started a thread: <b>{escape(message.content)}</b></p>"
        if message.type is MessageType.CHANNEL_PINNED_MESSAGE:
            return "<p class=system>pinned a message to this channel.</p>"
        parts = [render(message.content, self._names), self._forwarded(message)]
        if not message.flags & MessageFlag.IS_COMPONENTS_V2:  # there, components show the files
            parts += [self._file(message, file.filename) for file in message.attachments]
        if not message.flags & MessageFlag.SUPPRESS_EMBEDS:
            parts += [self._embed(embed) for embed in message.embeds]
        parts.append(self._components(message.components))
        return "".join(parts)

    def _file(self, message: Message, filename: str) -> str:
        file = next(file for file in message.attachments if file.filename == filename)
        address = escape(attachment_url(self._state, message.channel_id, file))
        name = escape(file.filename)
        if file.content_type in _ICONS:
            return f'<p><a href="{address}"><img src="{address}" alt="{name}"></a></p>'
        return f'<p class=file>📄 <a href="{address}">{name}</a> {len(file.data):,} bytes</p>'

    def _accent(self, color: int | None) -> str:
        if color is None:
            return ""
        self.accents.add(color)
        return f" accent-{color:06x}"

    def _embed(self, embed: Json) -> str:
        parts: list[str] = []
        author: Json = embed.get("author") or {}
        if author.get("name"):
            parts.append(f"<p class=small>{self._linked(author['name'], author.get('url'))}</p>")
        if embed.get("title"):
            title = self._linked(embed["title"], embed.get("url"))
            parts.append(f"<h5>{title}</h5>")
        parts.append(render(embed.get("description") or "", self._names))
        for field in embed.get("fields", []):
            inline = " inline" if field.get("inline") else ""
            value = render(field["value"], self._names)
            parts.append(f'<div class="field{inline}"><b>{escape(field["name"])}</b>{value}</div>')
        for kind in ("image", "thumbnail"):
            picture: Json = embed.get(kind) or {}
            parts.append(self._picture(str(picture.get("url", "")), kind))
        footer: Json = embed.get("footer") or {}
        if footer.get("text"):
            parts.append(f"<p class=small>{escape(footer['text'])}</p>")
        return f'<div class="embed{self._accent(embed.get("color"))}">{"".join(parts)}</div>'

    def _linked(self, text: str, address: str | None) -> str:
        shown = escape(text)
        if address is None or not address.startswith(("http://", "https://")):
            return shown
        return f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">{shown}</a>'

    def _picture(self, address: str, description: str) -> str:
        if not address:
            return ""
        if address.startswith(self._state.base_url + "/"):
            return f'<img src="{escape(address)}" alt="{escape(description)}">'
        # Pictures from elsewhere are not loaded: the page reaches nothing but the sandbox.
        return f"<p class=small>🖼 {self._linked(description, address)}</p>"

    def _components(self, components: Iterable[Json]) -> str:
        return "".join(self._renderers[c["type"]](self, c) for c in components)

    def _row(self, row: Json) -> str:
        return f"<div class=row>{self._components(row['components'])}</div>"

    def _button(self, button: Json) -> str:
        emoji: Json = button.get("emoji") or {}
        face = escape(f"{emoji.get('name') or ''} {button.get('label') or ''}".strip())
        style = _BUTTON_STYLES.get(button["style"], "secondary")
        if button.get("url"):
            return f'<span class="button link">{self._linked_face(face, button["url"])}</span>'
        off = " disabled" if button.get("disabled") else ""
        return f'<span class="button {style}{off}">{face}</span>'

    def _linked_face(self, face: str, address: str) -> str:
        if not address.startswith(("http://", "https://")):
            return f"{face} ↗"
        return f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">{face} ↗</a>'

    def _select(self, select: Json) -> str:
        chosen = [o["label"] for o in select.get("options", []) if o.get("default")]
        shown = escape(", ".join(chosen) or select.get("placeholder") or "Make a selection")
        off = " disabled" if select.get("disabled") else ""
        options = "".join(f"<li>{escape(o['label'])}</li>" for o in select.get("options", []))
        return (
            f'<details class="select{off}"><summary>{shown}</summary><ul>{options}</ul></details>'
        )

    def _section(self, section: Json) -> str:
        accessory = self._components([section["accessory"]]) if "accessory" in section else ""
        texts = self._components(section["components"])
        return f"<div class=section><div>{texts}</div><div>{accessory}</div></div>"

    def _text(self, text: Json) -> str:
        return render(text["content"], self._names)

    def _thumbnail(self, thumbnail: Json) -> str:
        description = str(thumbnail.get("description") or "thumbnail")
        return self._picture(str(thumbnail["media"]["url"]), description)

    def _gallery(self, gallery: Json) -> str:
        pictures = (
            self._picture(str(item["media"]["url"]), str(item.get("description") or "picture"))
            for item in gallery["items"]
        )
        return f"<div class=gallery>{''.join(pictures)}</div>"

    def _file_component(self, file: Json) -> str:
        name = str(file.get("name") or "file")
        size = f" {file['size']:,} bytes" if "size" in file else ""
        return f"<p class=file>📄 {self._linked(name, str(file['file']['url']))}{size}</p>"

    def _separator(self, separator: Json) -> str:
        line = "line" if separator.get("divider", True) else "gap"
        return f'<hr class="{line} spacing{separator.get("spacing", 1)}">'

    def _container(self, container: Json) -> str:
        accent = self._accent(container.get("accent_color"))
        spoiler = " spoiler" if container.get("spoiler") else ""
        inner = self._components(container["components"])
        return f'<div class="container{accent}{spoiler}">{inner}</div>'

    _renderers: dict[int, Callable[["MessageHtml", Json], str]] = {  # noqa: RUF012 (never changed)
        ACTION_ROW: _row,
        BUTTON: _button,
        **dict.fromkeys(SELECTS, _select),
        SECTION: _section,
        TEXT_DISPLAY: _text,
        THUMBNAIL: _thumbnail,
        MEDIA_GALLERY: _gallery,
        FILE: _file_component,
        SEPARATOR: _separator,
        CONTAINER: _container,
    }

    def _reactions(self, message: Message) -> str:
        if not message.reactions:
            return ""
        pills = "".join(
            f"<span class=reaction>{escape(r.emoji_name)} {len(r.users)}</span>"
            for r in message.reactions
        )
        return f"<div class=reactions>{pills}</div>"

    def _thread(self, message: Message, channel: Channel) -> str:
        thread = self._state.channels.get(message.id)
        if thread is None or thread.thread is None or thread.parent_id != channel.id:
            return ""
        starter = MessageType.THREAD_STARTER_MESSAGE
        count = sum(inner.type is not starter for inner in thread.messages.values())
        return (
            f'<a class=thread href="/channels/{thread.id}{self._query}">🧵 {escape(thread.name)}'
            f" <small>{count} message{'' if count == 1 else 's'}</small></a>"
        )
