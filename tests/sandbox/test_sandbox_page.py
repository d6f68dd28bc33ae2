"""The read-only page: what it shows, and that hostile text stays text."""

from html.parser import HTMLParser
from typing import Any

import aiohttp
import pytest
from sandbox_stage import NOON, Stage, stage

from sandbox.discord.models import ChannelType, Overwrite
from sandbox.discord.page_markdown import render, timestamp_html
from sandbox.discord.page_names import GuildNames
from sandbox.discord.permissions import Permission
from sandbox.discord.validate_messages import Upload

_VOID = ("meta", "link", "hr", "br", "img")


class Outline(HTMLParser):
    """Checks that elements nest and collects tags, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """An element ends: it must be the one that began last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Text."""
        self.text += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of all elements of that name."""
        return [attributes for name, attributes in self.tags if name == tag]


async def fetch(made: Stage, path: str = "/") -> tuple[aiohttp.ClientResponse, Outline]:
    """A page of the sandbox."""
    async with aiohttp.ClientSession() as session, session.get(made.sandbox.url + path) as answer:
        text = await answer.text()
    return answer, Outline(text)


def post(made: Stage, body: dict[str, Any], channel_id: int | None = None) -> int:
    """A message by the bot."""
    where = channel_id or made.channel_id
    return made.world.posts.create(made.application.id, where, body).message.id


async def test_a_channel_with_everything_in_it() -> None:
    async with stage() as made:
        made.world.rooms.create(made.guild_id, "Science", type=ChannelType.CATEGORY)
        card = post(
            made,
            {
                "flags": 1 << 15,
                "components": [
                    {
                        "type": 17,
                        "accent_color": 0xFF8800,
                        "components": [
                            {
                                "type": 9,
                                "components": [{"type": 10, "content": "## A title"}],
                                "accessory": {
                                    "type": 2,
                                    "style": 5,
                                    "label": "PDF",
                                    "url": "https://arxiv.org/pdf/2606.00001",
                                },
                            },
                            {"type": 14},
                            {
                                "type": 1,
                                "components": [
                                    {
                                        "type": 2,
                                        "style": 1,
                                        "label": "Abstract",
                                        "custom_id": "a",
                                        "disabled": True,
                                    }
                                ],
                            },
                        ],
                    }
                ],
            },
        )
        made.world.reactions.add(made.reader_id, made.channel_id, card, "🔖")
        thread = made.world.threads.from_message(
            made.application.id, made.channel_id, card, {"name": "3 June"}
        )
        post(made, {"embeds": [{"title": "An embed", "description": "of *old*"}]}, thread.id)
        answer, page = await fetch(made)
        assert answer.status == 200
        for text in ("Reading group", "# papers", "Science", "A title", "PDF ↗", "Abstract"):
            assert text in page.text
        for text in ("🔖 1", "🧵 3 June", "1 message", "Paperboy", "APP", "2026-06-03 12:00 UTC"):
            assert text in page.text
        assert {"class": "button primary disabled"} in page.named("span")
        assert {"class": "container accent-ff8800"} in page.named("div")
        links = [attributes["href"] for attributes in page.named("a")]
        assert "https://arxiv.org/pdf/2606.00001" in links
        assert f"/channels/{thread.id}" in links
        _, inner = await fetch(made, f"/channels/{thread.id}")
        # The starter message stands at the thread's beginning.
        assert "A title" in inner.text
        assert "An embed" in inner.text
        async with aiohttp.ClientSession(made.sandbox.url) as session:
            async with session.get("/page/accents.css?colors=ff8800-}evil") as css:
                assert await css.text() == ".accent-ff8800 { border-left-color: #ff8800 }"
            for path in ("/page/style.css", "/page/page.js"):
                async with session.get(path) as asset:
                    assert asset.status == 200


async def test_files_pictures_selects_and_embeds() -> None:
    async with stage() as made:
        files = [
            Upload(0, "plot.png", b"\x89PNG", "image/png"),
            Upload(1, "list.bib", b"@article", "text/plain"),
        ]
        elsewhere = "https://example.org/picture.png"
        layout: dict[str, Any] = {
            "flags": 1 << 15,
            "components": [
                {
                    "type": 9,
                    "components": [{"type": 10, "content": "With a picture"}],
                    "accessory": {"type": 11, "media": {"url": elsewhere}, "description": "far"},
                },
                {"type": 12, "items": [{"media": {"url": "attachment://plot.png"}}]},
                {"type": 13, "file": {"url": "attachment://list.bib"}},
                {
                    "type": 1,
                    "components": [
                        {
                            "type": 3,
                            "custom_id": "s",
                            "placeholder": "Pick one",
                            "options": [{"label": "First", "value": "1"}],
                        }
                    ],
                },
            ],
        }
        bot, channel = made.application.id, made.channel_id
        made.world.posts.create(bot, channel, layout, files)
        embed = {
            "title": "Linked",
            "url": "https://arxiv.org",
            "author": {"name": "Somebody"},
            "image": {"url": elsewhere},
            "footer": {"text": "The end"},
            "fields": [{"name": "Name", "value": "Value", "inline": True}],
        }
        made.world.posts.create(bot, channel, {"embeds": [embed]}, files)
        _, page = await fetch(made)
        # The layout shows its file once, by its component; so does the message with the embed.
        assert page.text.count("list.bib") == 2
        # Only what the sandbox serves itself is loaded, the rest is linked.
        assert {str(image["src"]).rpartition("/")[2] for image in page.named("img")} == {"plot.png"}
        assert elsewhere in [attributes["href"] for attributes in page.named("a")]
        for text in ("list.bib", "8 bytes", "Pick one", "First", "Linked", "Somebody", "The end"):
            assert text in page.text
        assert "Name" in page.text
        async with aiohttp.ClientSession() as session:
            (image, *_) = page.named("img")
            async with session.get(str(image["src"])) as answer:
                assert await answer.read() == b"\x89PNG"


async def test_hostile_text_stays_text() -> None:
    hostile = (
        "<script>alert(1)</script> <img src=x onerror=alert(1)> "
        '[click](javascript:alert(1)) ["><b>](https://x.org/"onmouseover="x) '
        "https://x.org/<script> `</code><script>` ||</span>|| **<b>** &amp; <t:99999999999999:R>"
    )
    async with stage() as made:
        made.world.guilds[made.guild_id].name = "<script>alert('guild')</script>"
        post(
            made,
            {"content": hostile, "embeds": [{"title": hostile[:200], "description": hostile}]},
        )
        post(made, {"flags": 1 << 15, "components": [{"type": 10, "content": hostile}]})
        answer, page = await fetch(made)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        scripts = page.named("script")
        assert scripts == [{"defer": None, "src": "/page/page.js"}]
        assert page.named("img") == []
        for tag, attributes in page.tags:
            assert not any(name.startswith("on") or name == "style" for name in attributes), tag
        for attributes in page.named("a"):
            assert str(attributes["href"]).startswith(("/channels/", "https://x.org/"))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**a** *b* _c_ __d__ ~~e~~", "<strong>a</strong> <em>b</em> <em>c</em> <u>d</u> <s>e</s>"),
        ("***both***", "<strong><em>both</em></strong>"),
        ("snake_case_name 2*3*4", "snake_case_name 2<em>3</em>4"),
        ("`**x**` ``a`b``", "<code>**x**</code> <code>a`b</code>"),
        (r"\*plain\*", "*plain*"),
        ("**open", "**open"),
        ("@here @someone", "<span class=mention>@here</span> @someone"),
        (
            "x: https://discord.com/channels/1/2/3.",
            (
                'x: <a href="https://discord.com/channels/1/2/3" '
                'rel="noopener noreferrer nofollow">#unknown › 💬</a>.'
            ),
        ),
        ("<#1> <@1> <@&1>", None),
    ],
)
async def test_inline_markdown(text: str, html: str | None) -> None:
    async with stage() as made:
        names = GuildNames(made.world, made.world.guilds[made.guild_id])
        if html is None:
            html = " ".join(
                f"<span class=mention>{name}</span>"
                for name in ("#unknown", "@unknown-user", "@deleted-role")
            )
        assert render(text, names) == f"<p>{html}</p>"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# One", "<h3>One</h3>"),
        ("-# small", "<p class=small>small</p>"),
        ("> a\n> b\nc", "<blockquote>a<br>b</blockquote><p>c</p>"),
        (">>> a\n# b", "<blockquote><p>a</p><h3>b</h3></blockquote>"),
        (
            "- a\n  - b\n1. c",
            (
                "<ul><li class=depth0><b>•</b> a</li><li class=depth1><b>•</b> b</li>"
                "<li class=depth0><b>1.</b> c</li></ul>"
            ),
        ),
        ("```py\nx < 1\n```", "<pre><code>x &lt; 1</code></pre>"),
        ("```open", "<p>```open</p>"),
    ],
)
async def test_block_markdown(text: str, html: str) -> None:
    async with stage() as made:
        names = GuildNames(made.world, made.world.guilds[made.guild_id])
        assert render(text, names) == html


def test_timestamps_are_in_utc_or_relative() -> None:
    seconds = int(NOON.timestamp())
    assert ">12:00<" in timestamp_html(seconds, "t", NOON)
    assert ">03 June 2026 12:00<" in timestamp_html(seconds, "f", NOON)
    assert ">in 2 hours<" in timestamp_html(seconds + 7300, "R", NOON)
    assert ">1 day ago<" in timestamp_html(seconds - 86_400, "R", NOON)


async def test_the_page_shows_what_the_owner_sees_and_no_private_answers() -> None:
    async with stage() as made:
        hidden = made.world.rooms.create(
            made.guild_id,
            "hidden",
            overwrites=[Overwrite(made.guild_id, 0, deny=int(Permission.VIEW_CHANNEL))],
        )
        made.world.posts.create(made.owner_id, hidden.id, {"content": "for the owner"})
        _, page = await fetch(made, f"/channels/{hidden.id}")
        assert "for the owner" in page.text
        private = await made.reader.open_dm(made.owner_id)
        answer, _ = await fetch(made, f"/channels/{private}")
        assert answer.status == 404
        answer, _ = await fetch(made, "/channels/12345")
        assert answer.status == 404


async def test_an_empty_sandbox_has_a_page_too() -> None:
    async with stage() as made:
        await made.admin.delete_channel(made.channel_id)
        answer, page = await fetch(made)
        assert answer.status == 200
        assert "no channel yet" in page.text


async def test_the_page_hears_of_changes() -> None:
    async with stage() as made:
        _, page = await fetch(made)
        (body,) = page.named("body")
        revision = body["data-revision"]
        async with aiohttp.ClientSession(made.sandbox.url) as session:
            query = {"after": str(revision)}
            request = session.get("/page/revision", params=query)
            post(made, {"content": "news"})
            async with request as answer:
                assert (await answer.json())["revision"] > int(str(revision))
