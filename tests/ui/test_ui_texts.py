"""Every text that people read is in the catalogs, and every text of the catalogs is used."""

import ast
import asyncio
import string
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from bot import errors
from bot.i18n import CATALOGS, ENGLISH, LOCALES
from bot.locales.update import (
    FOLDERS,
    ROOT,
    NotLiteral,
    Text,
    read,
    texts_in,
    texts_of_code,
    texts_of_commands,
    updated,
    written,
)

TRANSLATED = [name for name in LOCALES if name != ENGLISH]
_USER_ERRORS = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.UserError)
} - {"BotLacksPermission"}  # it makes its sentence itself
# What shows its first argument to people, and the keywords whose values people read.
_SHOWING = _USER_ERRORS | {"note", "button"}
_SHOWN = {"label", "placeholder", "title"}
_PROPER_NAMES = {"arXiv", "PDF"}  # the same in every language
# Only `paperboy backfill` and `paperboy models` show what these raise: the command line is plain
# English.
_COMMAND_LINE = {
    "bot/backfill_commands.py",
    "bot/models_commands.py",
    "bot/enrich/translate/packages/install.py",
}


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    """All texts of code and commands."""
    return [*asyncio.run(texts_of_commands()), *texts_of_code()]


def _messages(name: str) -> list[Message]:
    return [message for message in read(name) if message.id]


def _forms(value: str | Sequence[str] | None) -> Sequence[str]:
    """Singular and plural of a counted text; else the one text."""
    return [value or ""] if isinstance(value, str) or value is None else value


def _id(message: Message) -> tuple[str | None, str]:
    return message.context, _forms(message.id)[0]


def _pairs(name: str) -> Iterator[tuple[str | None, str, str]]:
    """Context, text and translation of what is translated; of counted texts the plural."""
    for message in _messages(name):
        if said := _forms(message.string)[0].strip():
            yield message.context, _forms(message.id)[-1], said


def _placeholders(text: str) -> set[str | None]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


def _modules() -> Iterator[tuple[str, str]]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def test_the_catalogs_are_those_of_the_bots_languages() -> None:
    assert {path.stem for path in CATALOGS.glob("*.po")} == set(TRANSLATED)


@pytest.mark.parametrize("name", TRANSLATED)
def test_no_text_is_missing(name: str, texts: list[Text]) -> None:
    translated = {_id(m) for m in _messages(name) if _forms(m.string)[0].strip()}
    missing = [
        f"{text.place}: {text.text}"
        for text in texts
        if (text.context, text.text) not in translated
    ]
    assert not missing, f"{len(missing)} texts; run `make texts`, then translate:\n" + "\n".join(
        dict.fromkeys(missing)
    )


@pytest.mark.parametrize("name", TRANSLATED)
def test_no_text_is_unused_or_uncertain(name: str, texts: list[Text]) -> None:
    used = {(text.context, text.text) for text in texts}
    messages = _messages(name)
    unused = [message.id for message in messages if _id(message) not in used]
    assert not unused, f"run `make texts`: {unused}"
    assert [message.id for message in messages if message.fuzzy] == []


@pytest.mark.parametrize("name", TRANSLATED)
def test_translations_have_the_placeholders_of_their_texts(name: str) -> None:
    wrong = [
        f"{text} → {said}"
        for context, text, said in _pairs(name)
        if context is None and _placeholders(said) != _placeholders(text)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", TRANSLATED)
def test_translations_have_the_commands_and_marks_of_their_texts(name: str) -> None:
    wrong = [
        f"{mark!r} in {text} → {said}"
        for _, text, said in _pairs(name)
        for mark in ("`", "**", "-# ", "\n")
        if said.count(mark) != text.count(mark)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_text_can_be_found_in_the_code() -> None:
    glued: list[str] = []
    for place, source in _modules():
        if place in {"bot/i18n.py", "bot/locales/update.py"}:
            continue
        try:
            list(texts_in(source, place))
        except NotLiteral as error:
            glued.append(str(error))
    assert not glued, "\n".join(glued)


def test_nothing_is_shown_to_people_past_the_catalogs() -> None:
    raw = [
        found
        for place, source in _modules()
        if place not in _COMMAND_LINE
        for found in _raw(source, place)
    ]
    assert not raw, "\n".join(raw)


def test_only_the_command_line_uses_what_speaks_plain_english() -> None:
    taken = {place.removesuffix(".py").replace("/", ".") for place in _COMMAND_LINE}
    used = {place for place, source in _modules() for name in _imported(source) if name in taken}
    assert used <= {"bot/backfill_cli.py", "bot/models_cli.py", "bot/models_commands.py"}


def _imported(source: str) -> Iterator[str]:
    """The modules that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _raw(source: str, place: str) -> Iterator[str]:
    """Sentences that a module shows or raises without translating them."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        shown = call.args[:1] if name in _SHOWING else []
        if place.startswith(("bot/ui/", "cogs/")):
            shown += [word.value for word in call.keywords if word.arg in _SHOWN]
        for value in shown:
            if _has_words(value):
                yield f"{place}:{call.lineno}: {ast.unparse(value)[:100]}"


def _has_words(value: ast.expr) -> bool:
    parts = value.values if isinstance(value, ast.JoinedStr) else [value]
    literals = [p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)]
    words = [literal for literal in literals if sum(c.isalpha() for c in literal) > 1]
    return bool(set(words) - _PROPER_NAMES)


def test_raw_sentences_are_seen() -> None:
    source = 'raise BadInput(f"No {x}.")\nbutton("Go", "id")\nButton(label="Go")\nnote(t("Yes"))'
    assert len(list(_raw(source, "bot/ui/x.py"))) == 3
    assert len(list(_raw(source, "bot/text/x.py"))) == 2


def test_texts_are_found_with_their_plurals_and_contexts() -> None:
    source = (
        't("One " "text.", x=tn("{n} a", "{n} b", 1))\n'
        'tc("menu", "Open")\n'
        'TABLE = {1: mark("In a table")}\n'
        "t(TABLE[1])\n"
        'kept("Stored {x}.", x=1)\n'
    )
    assert list(texts_in(source, "x.py")) == [
        Text(None, "One text.", "", "x.py"),
        Text(None, "{n} a", "{n} b", "x.py"),
        Text("menu", "Open", "", "x.py"),
        Text(None, "In a table", "", "x.py"),
        Text(None, "Stored {x}.", "", "x.py"),
    ]


@pytest.mark.parametrize(
    "source",
    ['t(f"a {b}")', 't("a" + b)', 'tn(x, "b", 1)', "mark(x)", 't("a" if b else "c")', "t()"],
)
def test_texts_that_no_catalog_can_hold_are_refused(source: str) -> None:
    with pytest.raises(NotLiteral):
        list(texts_in(source, "x.py"))


def test_updating_keeps_translations_adds_texts_and_drops_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.locales.update.CATALOGS", tmp_path)
    file = tmp_path / "ja.po"
    file.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n')
    first = [
        Text("command name", "read", "", "/read"),
        Text(None, "Open {x}", "", "bot/b.py"),
        Text(None, "{n} a", "{n} b", "bot/b.py"),
    ]
    empty = written(updated("ja", first)).decode()
    assert empty.count('msgstr ""') == 3  # the head's and two texts'
    assert "#. /read\nmsgctxt" in empty
    assert "#: bot/b.py\n" in empty
    filled = empty.replace('msgid "Open {x}"\nmsgstr ""', 'msgid "Open {x}"\nmsgstr "{x}を開く"')
    filled = filled.replace('msgstr[0] ""', 'msgstr[0] "{n}個"')
    file.write_text(filled, encoding="utf-8")
    assert written(updated("ja", first)).decode() == filled
    changed = [*first[1:], Text(None, "New", "", "cogs/c.py"), Text(None, "New", "", "bot/a.py")]
    after = written(updated("ja", changed)).decode()
    assert "{x}を開く" in after
    assert "{n}個" in after
    assert '#: bot/a.py cogs/c.py\nmsgid "New"\nmsgstr ""' in after
    assert "/read" not in after
