"""The page in a real browser: it renders, and hostile text does nothing."""

import asyncio
import shutil
from pathlib import Path

import pytest
from sandbox_stage import Stage, stage

CHROMIUM = shutil.which("chromium")

FLAGS = (
    "--headless",
    "--no-sandbox",  # needed as root; the page comes from this test
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


async def rendered(url: str, profile: Path) -> str:
    """The page's document after its scripts have run, as Chromium holds it."""
    assert CHROMIUM is not None
    process = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *FLAGS,
        f"--user-data-dir={profile}",
        "--dump-dom",
        url,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(60):
            document, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return document.decode()


def post(made: Stage, content: str) -> None:
    made.world.posts.create(made.application.id, made.channel_id, {"content": content})


@pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")
async def test_a_browser_shows_markdown_and_runs_nothing_of_a_message(tmp_path: Path) -> None:
    async with stage() as made:
        post(made, "A **bold** claim about δ\\_c")
        post(
            made, "<img src=x onerror=\"document.title='taken'\"><script>document.title=1</script>"
        )
        document = await rendered(made.sandbox.url, tmp_path)
    assert "<strong>bold</strong> claim about δ_c" in document
    assert "<title>#papers · Reading group</title>" in document
    assert "&lt;img src=x onerror=" in document
    assert "<img" not in document
