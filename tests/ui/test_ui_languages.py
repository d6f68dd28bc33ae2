"""What an admin sees in each of the bot's languages: whole, and within Discord's limits."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from ui_samples import DAY, check, digest, header, match, paper
from ui_subscriptions import LONG_RULES, NOW, custom_id, draft, posted, subscription

from bot.digest.compose import thread_name
from bot.digest.plan import Outlook
from bot.i18n import LOCALES, kept, speaking
from bot.languages import LANGUAGES
from bot.models import Batch, BatchState, Rules, SubscriptionState
from bot.services import Backtest, BacktestDay, FeedStatus, Status, SubscriptionInfo
from bot.store.ledger import FeedState
from bot.ui.backtest_views import backtest_view, subscribed_view, waiting_view
from bot.ui.completions import subscription_name
from bot.ui.digest_views import history_view, preview_view
from bot.ui.headers import header_view, minimal_header_view
from bot.ui.info_views import status_view
from bot.ui.readers import language_choices
from bot.ui.subscription_form import SubscriptionTexts, language_field
from bot.ui.subscription_views import detail_view, list_view, remove_view, settings_view
from bot.ui.words import batch_in_words, rules_in_list, rules_in_words

# Discord's limits for the parts of a form.
_LABEL, _DESCRIPTION = 45, 100


@pytest.fixture(params=LOCALES, autouse=True)
def locale(request: pytest.FixtureRequest) -> Iterator[str]:
    with speaking(request.param):
        yield request.param


@pytest.mark.parametrize("rules", [LONG_RULES, subscription().draft.rules])
def test_the_dialogs_are_valid(rules: Rules) -> None:
    made = draft(rules)
    days = tuple(
        BacktestDay(DAY - timedelta(days=n), 1234, n, min(n, 3), ("A title",) * min(n, 3))
        for n in range(5)
    )
    for language, translates in (("ja", False), ("de", True), ("de", False)):
        view = backtest_view(
            replace(made, language=language),
            Backtest(days, estimated=True, problem=None),
            NOW,
            custom_id,
            warning="!",
            translates=translates,
        )
        assert "A title" in check(view)
    check(waiting_view(made.rules, 3.0))
    problem = kept("I lack these permissions in the channel: {names}.", names=["Send Messages"])
    infos = [
        SubscriptionInfo(subscription(n, draft=made, state=state, problem=problem), posted(9, n, 1))
        for n, state in enumerate([*SubscriptionState] * 3, 1)
    ]
    check(list_view(infos, 1, custom_id, lambda _: "papers", done="!", warning="!"))
    for info in infos:
        stored = info.subscription
        check(subscribed_view(stored))
        check(detail_view(info, custom_id, gone=stored.id == 1))
        check(remove_view(stored, custom_id))
        check(settings_view(stored, custom_id, done="!"))
        assert len(subscription_name(stored, None)) <= 100


def test_the_forms_keep_to_discords_limits() -> None:
    texts = SubscriptionTexts.of(subscription().draft)
    for field in (*texts.adjusting(), *texts.editing(), language_field("pt-BR")):
        assert 1 <= len(field.label) <= _LABEL, field.label
        assert len(field.hint) <= _DESCRIPTION, field.hint


def test_the_digests_views_are_valid() -> None:
    outlook = Outlook(tuple(match(paper(id=f"2606.{n:05}")) for n in range(40)), (DAY,), 560, 600)
    for state in SubscriptionState:
        made = subscription(state=state)
        for found in (outlook, Outlook((), (DAY,), 5, 6), Outlook((), (), 0, 0)):
            check(preview_view(made, found))
    check(history_view([posted(), posted(5, 2, 0, 3), posted(0, 0)]))
    check(history_view([]))


def test_the_status_is_valid() -> None:
    batch = Batch("cs.CL", DAY, BatchState.ANNOUNCED, new=80, cross=3, late=1, truncated=True)
    feeds = [
        FeedStatus("cs.CL", batch, FeedState("cs.CL"), NOW + timedelta(minutes=5)),
        FeedStatus("hep-th", None, FeedState("hep-th", failures=2, problem="HTTP 503"), NOW),
    ]
    text = check(status_view(Status(feeds, 5, 1, 2, 1234, NOW - timedelta(1), "0.1.0"), 0.04, NOW))
    assert "1,234" in text
    assert "-# ⚠️ " in text
    assert "HTTP 503" not in text
    for state in BatchState:
        assert batch_in_words(Batch("cs.CL", DAY, state))


def test_a_header_speaks_the_channels_language(locale: str) -> None:
    papers = tuple(paper(id=f"2606.{n:05}", title=f"Paper {n}") for n in range(1, 6))
    days = (date(2026, 6, 15), DAY)
    for made in (header(papers), header(papers, days=days, truncated=True), header(())):
        text = check(header_view(made))
        assert check(minimal_header_view(made))
        assert ("Thursday 18 June 2026" in text) == (locale == "en" and made.days == (DAY,))
        assert ("2026年6月18日" in text) == (locale != "en" and made.days == (DAY,))
    for counts in ({"announced": 0, "matched": 0}, {"matched": 0}, {"matched": 1}, {"days": ()}):
        check(header_view(header((), **counts)))


def test_a_thread_is_named_in_its_channels_language() -> None:
    # Whatever is spoken where it is made: deliveries speak nobody's language.
    assert thread_name(digest()) == "arXiv 18 Jun 2026: cs.CL, cs.IR"
    several = digest(days=(date(2026, 6, 15), DAY))
    assert thread_name(several) == "arXiv 15 Jun 2026 to 18 Jun 2026: cs.CL, cs.IR"
    assert "2026年6月18日" in thread_name(digest(language="ja"))
    assert thread_name(digest(days=())).startswith("arXiv 18 Jun 2026")
    assert len(thread_name(digest(rules=LONG_RULES, days=several.days, language="zh-CN"))) <= 100


def test_rules_fit_everywhere() -> None:
    assert len(rules_in_words(LONG_RULES, 300)) <= 300
    assert len(rules_in_list(LONG_RULES)) <= 100


def test_languages_are_found_by_their_names_in_any_language() -> None:
    for typed in ("Japanese", "日本語", "ja", "japan"):
        assert "ja" in [choice.value for choice in language_choices(typed)], typed
    assert len(language_choices("")) == 25
    assert all(len(choice.name) <= 100 for choice in language_choices(""))
    assert language_choices("zzz") == []
    without = [choice.value for choice in language_choices("", english=False)]
    assert len(without) == 25
    assert "en" not in without
    assert {choice.value for choice in language_choices("")} <= set(LANGUAGES)
