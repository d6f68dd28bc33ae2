"""Labels of buttons, menus and forms keep to Discord's limits in every language.

They are found in the code, so that none is forgotten.
"""

import ast
import string
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot.i18n import LOCALES, speaking, t, tc, tn

ROOT = Path(__file__).parents[2]
# What takes labels: where and how they are given, and Discord's limit for each. Source: Discord's
# "Component Reference".
TAKING: dict[str, tuple[tuple[int | None, str, int], ...]] = {
    "button": ((0, "label", 80),),
    "_button": ((1, "label", 80),),
    "Button": ((None, "label", 80),),
    "Select": ((None, "placeholder", 150),),
    "SelectOption": ((None, "label", 100), (None, "description", 100)),
    "Label": ((None, "text", 45), (None, "description", 100)),
    "Form": ((1, "title", 45),),
    "Field": ((1, "label", 45), (3, "hint", 100)),
    "__init__": ((None, "title", 45),),
}
# Labels without a text of their own: the same in every language, a number, handed on from a
# caller who is looked at too, from a table of words, or cut to the limit where they are made.
WITHOUT_TEXT = {
    "'PDF'",
    "'arXiv'",
    "f'+{number(more)}'",
    "f'{number(page + 1)} / {number(pages)}'",
    "label",
    "title",
    "field.label",
    "field.hint or None",
    "hint",
    "one.label",
    "sentence_case(t(text))",
    "LANGUAGES[code].own_name if code in LANGUAGES else None",
    "rules_in_list(stored.draft.rules)",
    "title_in_list(paper.title, _CHOICE)",
    "_choice_text(bookmark, paper) or None",
}
# Numbers and names in a label are at most so long.
NUMBER, VALUE = 123_456_789, "v" * 20
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _labels(source: str) -> Iterator[tuple[ast.expr, int, Function]]:
    """Every label that a module gives, its limit, and the function in which it does."""
    for function in _all_functions(source):
        for call in _calls(function):
            for position, keyword, most in TAKING.get(_name(call), ()):
                named = [word.value for word in call.keywords if word.arg == keyword]
                placed = call.args[position : position + 1] if position is not None else []
                for value in [*placed, *named]:
                    yield value, most, function


def _all_functions(source: str) -> list[Function]:
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, Function)]


def _functions(source: str) -> dict[str, Function]:
    return {function.name: function for function in _all_functions(source)}


def _calls(node: ast.AST) -> list[ast.Call]:
    return [inner for inner in ast.walk(node) if isinstance(inner, ast.Call)]


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _texts(value: ast.expr, function: Function, module: Mapping[str, Function]) -> list[list[str]]:
    """The texts of a label: in it, in what its variable is bound to, or in what makes it."""
    if isinstance(value, ast.Name):
        bound = [one for name, one in _bindings(function) if name == value.id]
        return [text for one in bound for text in _texts(one, function, module)]
    found: list[list[str]] = []
    for call in _calls(value):
        given = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
        literals = [text for text in given if isinstance(text, str)]
        if _name(call) in {"t", "tn", "tc"} and literals:
            found.append(literals)
        elif _name(call) in module and module[_name(call)] is not function:
            maker = module[_name(call)]
            made = [node.value for node in ast.walk(maker) if isinstance(node, ast.Return)]
            found += [text for one in made if one for text in _texts(one, maker, module)]
    return found


def _bindings(function: Function) -> Iterator[tuple[str, ast.expr]]:
    """What the variables of a function are assigned, or take their values from in a loop."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.For | ast.comprehension):
            targets, value = [node.target], node.iter
        else:
            continue
        for target in targets:
            for inner in ast.walk(target):
                # A loop over a variable of the same name would go round in circles.
                if isinstance(inner, ast.Name) and not _is(value, inner.id):
                    yield inner.id, value


def _is(value: ast.expr, name: str) -> bool:
    return isinstance(value, ast.Name) and value.id == name


def _longest(text: list[str]) -> str:
    """A text as it is said in the language being spoken, with long values in it."""
    fields = {name for one in text for _, name, _, _ in string.Formatter().parse(one) if name}
    values = dict.fromkeys(fields - {"n"}, VALUE)
    if "n" in fields:
        return tn(text[0], text[-1], NUMBER, **values)
    return tc(text[0], text[1], **values) if len(text) == 2 else t(text[0], **values)


def _modules() -> Iterator[tuple[str, str]]:
    for folder in ("bot/ui", "cogs"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def test_every_label_is_known() -> None:
    bare: set[str] = set()
    found = 0
    for _, source in _modules():
        module = _functions(source)
        for value, _, function in _labels(source):
            found += 1
            if not _texts(value, function, module):
                bare.add(ast.unparse(value))
    assert found > 50
    assert bare == WITHOUT_TEXT


@pytest.mark.parametrize("locale", LOCALES)
def test_labels_fit_in_every_language(locale: str) -> None:
    with speaking(locale):
        for place, source in _modules():
            module = _functions(source)
            for value, most, function in _labels(source):
                for text in _texts(value, function, module):
                    said = _longest(text)
                    assert 1 <= len(said.strip()) <= most, f"{place}:{value.lineno}: {said}"


def test_labels_are_measured() -> None:
    source = """
def label_of(x):
    return tn("One", "All {n} of " + x, 2) if x else t("None of {name}")

def view(x):
    writing = t("Write") if x else t("Rewrite")
    pairs = ((1, t("First")), (2, t("Second")))
    return [button(writing, "a"), button(label_of(x), "b"), Button(label="+1"),
            *(button(label, "c") for n, label in pairs)]
"""
    module = _functions(source)
    found = [_texts(value, function, module) for value, _, function in _labels(source)]
    assert found == [
        [["Write"], ["Rewrite"]],
        [["One"], ["None of {name}"]],
        [],
        [["First"], ["Second"]],
    ]
    assert _longest(["{n} paper of {name}", "{n} papers of {name}"]) == (
        f"123,456,789 papers of {VALUE}"
    )
