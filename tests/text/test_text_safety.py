"""Untrusted text on Discord."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.clusters import boundaries
from bot.text.safety import markdown, plain, shorten

FAMILY = "👨\u200d👩\u200d👧"
NASTY = st.one_of(
    st.text(max_size=120),
    st.lists(
        st.sampled_from(
            [
                *("@everyone", "@here", "<@1>", "<@&2>", "<#3>", "<t:1:R>", "<:a:4>", "[x](", ")"),
                *("**", "__", "~~", "||", "`", "```", "#", "-", "1.", "\\", "discord.gg/x"),
                *("https://a.b/c_d", "http://u@evil.example"),
                *("\u202e", "\u2066", "\u200b", "\u200d", "e\u0301", "\u0301" * 9, "\n"),
                *(FAMILY, " ", "> ", "# ", "word", "漢字", "🇯🇵"),
            ]
        ),
        max_size=20,
    ).map("".join),
)


def test_plain() -> None:
    assert plain("a\u202eb\u200bc \u2066x\u2069\n y\x00") == "abc x y"
    assert plain("e" + "\u0301" * 50) == "e" + "\u0301" * 4
    assert plain(FAMILY) == FAMILY
    assert plain("می\u200cخواهم") == "می\u200cخواهم"
    assert plain("pay\u200dpal pay\u200cpal") == "paypal paypal"
    assert plain("\u3164\u2800 x\ue000\udc80") == "x"
    assert plain("  plain   text ") == "plain text"


@given(NASTY)
def test_plain_hides_and_reorders_nothing(text: str) -> None:
    shown = plain(text)
    assert shown == plain(shown)
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\ufeff]", shown)
    assert not any(unicodedata.category(sign) in {"Cc", "Cs", "Co", "Zl", "Zp"} for sign in shown)
    assert shown == " ".join(shown.split())


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("**b** _i_ ~~s~~ `c` ||h||", r"\*\*b\*\* \_i\_ \~\~s\~\~ \`c\` \|\|h\|\|"),
        ("[x](http://a.b)", r"\[x\](<http://a.b>)"),
        ("# head", r"\# head"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("3.5 ways", "3.5 ways"),
        ("> quote", r"\> quote"),
        ("see https://a.b/c_d.", "see <https://a.b/c_d>."),
        ("(https://a.b/x_(y))", "(<https://a.b/x_(y)>)"),
        ("a \\* b", r"a \\\* b"),
        ("@everyone and @HERE", "@\u200beveryone and @\u200bHERE"),
        ("<@123> <t:1:R> <:a:1>", "\\<\u200b@123\\> \\<\u200bt:1:R\\> \\<\u200b:a:1\\>"),
        ("a < b > c", r"a \< b \> c"),
    ],
)
def test_markdown(text: str, safe: str) -> None:
    assert markdown(text) == safe


def test_no_link_with_credentials_or_to_a_server_invitation() -> None:
    assert "<http" not in markdown("https://discord.com@evil.example/ x")
    assert "https://" not in markdown("https://discord.com@evil.example/ x")
    assert "discord.gg" not in markdown("discord.gg/abc https://discord.gg/abc")


def test_a_bidirectional_trick_cannot_make_a_ping() -> None:
    assert "@everyone" not in markdown("@every\u202eone @\u200beveryone @every\u00adone")


@given(NASTY)
def test_markdown_is_inert(text: str) -> None:
    safe = markdown(text)
    assert not re.search(r"@(?:everyone|here)", safe, re.IGNORECASE)
    assert "\n" not in safe
    rest = re.sub(r"<https?://[^\s<>]+>", "", safe)
    # Every special sign that is left is escaped, by an odd number of backslashes.
    for found in re.finditer(r"(\\*)([*_~`|\[\]<>])", rest):
        assert len(found.group(1)) % 2 == 1, safe
    assert not re.search(r"https?://", rest)
    assert not re.match(r"[#+-]|\d+[.)](?:\s|$)", safe)


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("hello wonderful world", 21, "hello wonderful world"),
        ("hello wonderful world", 20, "hello wonderful…"),
        ("hello, world", 8, "hello…"),
        ("see <https://example.com/abcdef> now", 20, "see…"),
        ("see [a long label](https://a.b) now", 25, "see…"),
        ("日本語の文章です。とても長い", 8, "日本語の文章で…"),
        (r"abc\_\_def\_ghi", 6, r"abc\_…"),
        (r"abc\_\_def\_ghi", 5, "abc…"),
        (FAMILY * 3, 8, FAMILY + "…"),
        ("x" * 50, 10, "x" * 9 + "…"),
        ("word", 1, "…"),
        ("word", 0, ""),
    ],
)
def test_shorten(text: str, limit: int, short: str) -> None:
    assert shorten(text, limit) == short


@given(NASTY, st.integers(0, 60), st.booleans())
def test_shortened_text_is_whole(text: str, limit: int, escaped: bool) -> None:
    text = markdown(text) if escaped else plain(text)
    short = shorten(text, limit)
    assert len(short) <= max(limit, 0)
    if short == text or not short:
        return
    assert short.endswith("…")
    kept = short[:-1]
    assert text.startswith(kept)
    assert len(kept) in boundaries(text)
    if escaped:
        assert (len(kept) - len(kept.rstrip("\\"))) % 2 == 0
        assert kept.count("<http") == len(re.findall(r"<https?://[^\s<>]+>", kept))
