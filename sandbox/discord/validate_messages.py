"""The body of a message that is created or edited: limits, and which parts exclude one another.

Rules: Discord's message resource and "Using Message Components".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.discord import errors
from sandbox.discord.models import Message, MessageFlag
from sandbox.discord.validate import Form, Problems, parse_snowflake
from sandbox.discord.validate_components import parse_components
from sandbox.discord.validate_embeds import parse_embeds

Json = dict[str, Any]

MAX_CONTENT = 2000
MAX_FILES = 10
_SETTABLE = (
    MessageFlag.SUPPRESS_EMBEDS
    | MessageFlag.EPHEMERAL
    | MessageFlag.SUPPRESS_NOTIFICATIONS
    | MessageFlag.IS_COMPONENTS_V2
)
_LEGACY_FIELDS = ("content", "embeds", "sticker_ids", "poll")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request; `key` is the n of its part `files[n]`."""

    key: int
    filename: str
    data: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class AllowedMentions:
    """What a message's text may ping."""

    users: frozenset[int] | None = None
    roles: frozenset[int] | None = None
    everyone: bool = True
    replied_user: bool = True


@dataclass(frozen=True, slots=True)
class KeptFile:
    """An entry of `attachments`: an upload by its key, or a file the message has by its id."""

    id: int
    filename: str | None
    description: str | None


@dataclass(frozen=True, slots=True)
class Reference:
    """The message that a reply points to; with a `channel_id`, the one that is forwarded."""

    message_id: int
    fail_if_not_exists: bool = True
    channel_id: int | None = None


@dataclass(frozen=True, slots=True)
class MessageBody:
    """A checked body. In an edit a field is None where the message keeps what it has."""

    content: str | None = None
    embeds: list[Json] | None = None
    components: list[Json] | None = None
    files: tuple[KeptFile, ...] | None = None
    uploads: tuple[Upload, ...] = ()
    flags: int | None = None
    allowed_mentions: AllowedMentions | None = None
    tts: bool = False
    nonce: str | int | None = None
    enforce_nonce: bool = False
    reference: Reference | None = None


def parse_message(body: object, uploads: Sequence[Upload] = ()) -> MessageBody:
    """A new message's body. Raises 50035, and 50006 where nothing is left to send."""
    problems = Problems()
    form = Form(body, problems)
    flags = _flags(form) or 0
    v2 = bool(flags & MessageFlag.IS_COMPONENTS_V2)
    if v2:
        _exclude_legacy_fields(form)
    parsed = MessageBody(
        content=(form.text("content", most=MAX_CONTENT) or "").strip(),
        embeds=parse_embeds(form),
        components=parse_components(form, v2=v2),
        files=_files(form, uploads),
        uploads=tuple(uploads),
        flags=flags,
        allowed_mentions=_allowed_mentions(form),
        tts=form.boolean("tts"),
        nonce=_nonce(form),
        enforce_nonce=form.boolean("enforce_nonce"),
        reference=_reference(form),
    )
    _refuse_unsupported(form)
    problems.raise_if_any()
    if v2:
        if not parsed.components:
            raise errors.empty_message()
    elif not (
        parsed.content
        or parsed.embeds
        or parsed.uploads
        or parsed.components
        or (parsed.reference and parsed.reference.channel_id)
    ):
        raise errors.empty_message()
    return parsed


def parse_edit(body: object, message: Message, uploads: Sequence[Upload] = ()) -> MessageBody:
    """The body of an edit of `message`. Raises 50035, and 50006 where nothing would be left."""
    problems = Problems()
    form = Form(body, problems)
    flags = _flags(form) if form.value.get("flags") is not None else None
    was_v2 = bool(message.flags & MessageFlag.IS_COMPONENTS_V2)
    v2 = was_v2 or bool((flags or 0) & MessageFlag.IS_COMPONENTS_V2)
    if was_v2 and flags is not None and not flags & MessageFlag.IS_COMPONENTS_V2:
        message_text = "The IS_COMPONENTS_V2 flag cannot be removed from a message"
        form.wrong("flags", "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG", message_text)
    if v2:
        _exclude_legacy_fields(form)
        if not was_v2 and (message.content or message.embeds):
            _require_cleared(form, message)
    content = form.text("content", most=MAX_CONTENT)
    embeds = parse_embeds(form)
    components = parse_components(form, v2=v2)
    parsed = MessageBody(
        content=(content or "").strip() if "content" in form else None,
        embeds=embeds if "embeds" in form else None,
        components=components if "components" in form else None,
        files=_files(form, uploads) if "attachments" in form or uploads else None,
        uploads=tuple(uploads),
        flags=flags,
        allowed_mentions=_allowed_mentions(form),
    )
    problems.raise_if_any()
    left = (
        message.content if parsed.content is None else parsed.content,
        message.embeds if parsed.embeds is None else parsed.embeds,
        message.components if parsed.components is None else parsed.components,
        message.attachments if parsed.files is None else (parsed.files or parsed.uploads),
    )
    if not any(left):
        raise errors.empty_message()
    return parsed


def _flags(form: Form) -> int | None:
    flags = form.integer("flags", least=0)
    return None if flags is None else flags & int(_SETTABLE)


def _exclude_legacy_fields(form: Form) -> None:
    for name in _LEGACY_FIELDS:
        if form.value.get(name):
            message = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            form.wrong(name, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)


def _require_cleared(form: Form, message: Message) -> None:
    # A message that becomes one of components must give up its text and embeds in the same edit.
    for name, present in (("content", message.content), ("embeds", message.embeds)):
        if present and name not in form:
            text = f"The '{name}' field must be cleared when using MessageFlags.IS_COMPONENTS_V2"
            form.wrong(name, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text)


def _refuse_unsupported(form: Form) -> None:
    for name in ("poll", "sticker_ids"):
        if form.value.get(name):
            form.wrong(name, "SANDBOX_UNSUPPORTED", "The sandbox does not serve this field.")


def _nonce(form: Form) -> str | int | None:
    value = form.value.get("nonce")
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    return form.text("nonce", most=25)


def _reference(form: Form) -> Reference | None:
    reference = form.form("message_reference")
    if reference is None:
        return None
    forwards = reference.choice("type", (0, 1)) == 1
    message_id = reference.snowflake("message_id", required=True)
    channel_id = reference.snowflake("channel_id", required=forwards)
    strict = reference.boolean("fail_if_not_exists", default=True)
    if message_id is None:
        return None
    return Reference(message_id, strict, channel_id if forwards else None)


def _files(form: Form, uploads: Sequence[Upload]) -> tuple[KeptFile, ...] | None:
    if len(uploads) > MAX_FILES:
        form.wrong("files", "BASE_TYPE_MAX_LENGTH", f"Must be {MAX_FILES} or fewer in length.")
    if form.value.get("attachments") is None:
        return None
    kept: list[KeptFile] = []
    for item in form.forms("attachments", most=MAX_FILES):
        number = item.snowflake("id", required=True)
        filename = item.text("filename", least=1, most=1024)
        description = item.text("description", most=1024)
        if number is not None:
            kept.append(KeptFile(number, filename, description))
    return tuple(kept)


def _allowed_mentions(form: Form) -> AllowedMentions | None:
    allowed = form.form("allowed_mentions")
    if allowed is None:
        return None
    parse = allowed.list_of("parse")
    for index, kind in enumerate(parse):
        if kind not in ("users", "roles", "everyone"):
            path = (*allowed.path, "parse", index)
            message = "Value must be one of ('roles', 'users', 'everyone')."
            allowed.problems.add(path, "BASE_TYPE_CHOICES", message)
    listed = {name: _ids(allowed, name) for name in ("users", "roles")}
    for name, ids in listed.items():
        if ids and name in parse:
            message = f'parse:["{name}"] and {name}: [ids...] are mutually exclusive.'
            allowed.wrong(name, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
    return AllowedMentions(
        users=None if "users" in parse else listed["users"],
        roles=None if "roles" in parse else listed["roles"],
        everyone="everyone" in parse,
        replied_user=allowed.boolean("replied_user"),
    )


def _ids(form: Form, name: str) -> frozenset[int]:
    ids: set[int] = set()
    for index, value in enumerate(form.list_of(name, most=100)):
        parsed = parse_snowflake(value)
        if parsed is None:
            message = f'Value "{value}" is not snowflake.'
            form.problems.add((*form.path, name, index), "NUMBER_TYPE_COERCE", message)
        else:
            ids.add(parsed)
    return frozenset(ids)
