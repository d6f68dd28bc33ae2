"""Bring the catalogs up to date with the code: `make texts`.

New texts come in empty, unused ones go, translations stay. A text's comments tell where it
stands: a file, or a command and its option.
"""

import ast
import asyncio
import io
import logging
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import structlog
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from bot.client import COGS, PaperboyClient
from bot.core import Core
from bot.i18n import CATALOGS, ENGLISH, LOCALES
from bot.settings import load
from bot.ui.command_texts import command_texts

ROOT = Path(__file__).parents[2]
FOLDERS = ("bot", "cogs")
# How each function of `bot.i18n` takes its texts: where the context, the text and its plural are.
_TAKES: dict[str, tuple[int | None, int, int | None]] = {
    "t": (None, 0, None),
    "tn": (None, 0, 1),
    "tc": (0, 1, None),
    "mark": (None, 0, None),
    "kept": (None, 0, None),
}
_HEADER = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plural_forms}\\n"

"""

Key = tuple[str | None, str]


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it stands in the code: `plural` is empty unless it is counted.

    `place` is a file, or for texts of commands the command and its option.
    """

    context: str | None
    text: str
    plural: str
    place: str

    @property
    def key(self) -> Key:
        return self.context, self.text


class NotLiteral(Exception):
    """A text that is put together in the code cannot be found in a catalog."""


def texts_in(source: str, place: str) -> Iterator[Text]:
    """The texts of a module. Raises NotLiteral for one that is no literal.

    What a table holds is marked there, so `t(TABLE[key])`, `t(TABLE.get(key, ""))` and `t(text)`
    hold no text.
    """
    calls = [node for node in ast.walk(ast.parse(source, place)) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        takes = _TAKES.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if takes is None:
            continue
        context_at, text_at, plural_at = takes
        context = _literal(node, context_at, place) if context_at is not None else None
        text = _literal(node, text_at, place)
        plural = _literal(node, plural_at, place) if plural_at is not None else ""
        if text is not None:
            yield Text(context, text, plural or "", place)


def _literal(call: ast.Call, position: int, place: str) -> str | None:
    """The text at a position; None if it comes from a table."""
    given = call.args[position] if position < len(call.args) else None
    if isinstance(given, ast.Constant) and isinstance(given.value, str) and given.value:
        return given.value
    shows = isinstance(call.func, ast.Name) and call.func.id in {"t", "tc"}
    if shows and (isinstance(given, ast.Name | ast.Subscript | ast.Attribute) or _looked_up(given)):
        return None
    raise NotLiteral(f"{place}:{call.lineno}: {ast.unparse(call)}")


def _looked_up(given: ast.expr | None) -> bool:
    """Whether it is `TABLE.get(key)`, with an empty text for what the table lacks."""
    if not isinstance(given, ast.Call) or not isinstance(given.func, ast.Attribute):
        return False
    otherwise = given.args[1:]
    return given.func.attr == "get" and all(
        isinstance(text, ast.Constant) and text.value == "" for text in otherwise
    )


def texts_of_code() -> list[Text]:
    """The texts of all modules, in the order of files and lines. Raises NotLiteral."""
    files = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    found: list[Text] = []
    for path in files:
        place = path.relative_to(ROOT).as_posix()
        if place not in {"bot/i18n.py", "bot/locales/update.py"}:
            found += texts_in(path.read_text(encoding="utf-8"), place)
    return found


async def texts_of_commands() -> list[Text]:
    """The names, descriptions and choices of all commands, as the running bot registers them."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load({"PAPERBOY_DATA_DIR": folder}, None)
        async with AsyncExitStack() as closing:
            core = await Core.open(settings, closing)
            client = await closing.enter_async_context(
                PaperboyClient(settings=settings, services=core.services)
            )
            for extension in COGS:
                await client.load_extension(extension)
            return [
                Text(found.context, found.text, "", found.place)
                for found in command_texts(client.tree)
            ]


def updated(name: str, texts: Iterable[Text]) -> Catalog:
    """A language's catalog with these texts, translated as far as its file translates them."""
    old = read(name)
    fresh = Catalog(locale=old.locale)
    for text in texts:
        message = fresh.get(text.text, text.context)
        if message is None:
            id_ = (text.text, text.plural) if text.plural else text.text
            fresh.add(id_, string=_known(old, text), context=text.context)
            message = fresh.get(text.text, text.context)
        _note(message, text.place)
    return fresh


def read(name: str) -> Catalog:
    """A language's catalog as its file holds it."""
    with (CATALOGS / f"{name}.po").open("rb") as file:
        return read_po(file, locale=name.replace("-", "_"))


def written(catalog: Catalog) -> bytes:
    """A catalog as a file: in the order of the code, without dates and numbers of lines."""
    out = io.BytesIO()
    write_po(out, catalog, width=100, omit_header=True, include_lineno=False)
    header = _HEADER.format(plural_forms=catalog.plural_forms)
    return header.encode() + out.getvalue().strip() + b"\n"


def _known(old: Catalog, text: Text) -> str | tuple[str, ...]:
    """The old translation, in the form that the text needs: counted or not."""
    message = old.get(text.text, text.context)
    string = message.string if message is not None else ""
    forms = [string] if isinstance(string, str) else [*(string or ())] or [""]
    if not text.plural:
        return forms[0]
    return tuple(forms if len(forms) == old.num_plurals else [forms[0]] * old.num_plurals)


def _note(message: Message | None, place: str) -> None:
    if message is None:
        return
    if place.endswith(".py"):
        if (place, 0) not in message.locations:
            message.locations.append((place, 0))
    elif place not in message.auto_comments:
        message.auto_comments.append(place)


def main() -> None:
    """Write the catalogs, and print how many texts each still lacks."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    texts = [*asyncio.run(texts_of_commands()), *texts_of_code()]
    for name in LOCALES:
        if name == ENGLISH:
            continue
        catalog = updated(name, texts)
        (CATALOGS / f"{name}.po").write_bytes(written(catalog))
        missing = sum(not any(message.string or "") for message in catalog if message.id)
        sys.stdout.write(f"{name}.po: {len(catalog)} texts, {missing} of them not translated\n")


if __name__ == "__main__":
    main()
