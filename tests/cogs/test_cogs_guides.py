"""README and docs/ keep up with the commands and with one another."""

import re
from pathlib import Path

from cogs_table import COMMANDS, MENUS

from bot.languages import BY_FLAG

ROOT = Path(__file__).parents[2]
GUIDES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LARGEST_PICTURE = 300_000


def test_the_table_of_commands_has_every_command_and_menu() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in readme.splitlines() if line.startswith(("| `/", "| a "))]
    told: set[str] = set()
    for row in rows:
        first, *others = (name.removeprefix("/") for name in re.findall(r"`([^`]+)`", row) or [""])
        group = first.split(" ")[0]
        # `/bookmarks list`, `search`: the words after the first belong to the same group.
        alone = re.findall(r"`/([^`]+)`", row)
        told |= {*alone, *(f"{group} {name}" for name in others if name not in alone)}
    assert told == set(COMMANDS)
    assert all(f"**{name}**" in readme for name in MENUS)


def test_every_file_that_a_guide_leads_to_is_there() -> None:
    for guide in GUIDES:
        text = guide.read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:)([^)#\s]+)", text):
            assert (guide.parent / target).is_file(), f"{guide.name} leads to {target}"


def test_pictures_are_small_and_shown_somewhere() -> None:
    shown = "".join(guide.read_text(encoding="utf-8") for guide in GUIDES)
    for picture in (ROOT / "docs").glob("*.png"):
        assert picture.name in shown
        assert picture.stat().st_size < LARGEST_PICTURE, picture.name


def test_every_flag_that_readers_are_told_of_asks_for_a_language() -> None:
    text = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
    flags = re.findall("[\U0001f1e6-\U0001f1ff]{2}", text)
    assert len(flags) > 15
    assert set(flags) <= set(BY_FLAG)
