"""What `/status` tells of the services that summarize and translate."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.enrich.budget import Amount, BudgetState
from bot.enrich.rest import Trouble
from bot.services.providers import ProvidersStatus
from bot.ui.provider_views import providers_lines

NOW = datetime(2026, 6, 18, 9, tzinfo=UTC)
MIDNIGHT = datetime(2026, 6, 19, tzinfo=UTC)
TROUBLE = Trouble(
    NOW - timedelta(hours=1),
    NOW + timedelta(minutes=10),
    "DeepL: wrong key for **10.0.0.1** (HTTP 403)",
    refused=True,
)


def _budget(**changes: Any) -> BudgetState:
    values: dict[str, Any] = {
        "day": NOW.date(),
        "limit": Amount(),
        "used": Amount(),
        "kept": Amount(),
        "requests": 0,
        "renewed_at": MIDNIGHT,
    }
    return BudgetState(**(values | changes))


def _lines(details: bool = False, **changes: Any) -> list[str]:
    values: dict[str, Any] = {
        "summarizer": "extractive",
        "summarizer_trouble": None,
        "translator": "",
        "translator_trouble": None,
        "budget": _budget(),
    }
    return providers_lines(ProvidersStatus(**(values | changes)), NOW, details=details)


def test_the_embedded_summarizer_alone() -> None:
    assert _lines() == [
        "Summaries: extracted from the abstracts",
        "Translations: no service is set up",
    ]


def test_services_by_name_and_what_they_used() -> None:
    used = _budget(used=Amount(12_345, 2_340_000))
    assert _lines(summarizer="gpt_x", translator="translation memory", budget=used) == [
        r"Summaries: gpt\_x",
        "Translations: translation memory",
        "Sent to paid services today: 12,345 characters",
        "Paid services cost US$2.34 today",
    ]


def test_a_budget_with_what_is_kept_for_digests() -> None:
    state = _budget(
        limit=Amount(500_000, 2_500_000), used=Amount(400_000, 1_200), kept=Amount(250_000, 10)
    )
    assert _lines(budget=state)[2:] == [
        "Budget today: 400,000 of 500,000 characters · 100,000 more kept for digests",
        "Budget today: US$0.0012 of US$2.50 · US$0.0001 more kept for digests",
        f"It starts anew <t:{int(MIDNIGHT.timestamp())}:R>.",
    ]
    spent = _budget(limit=Amount(500, 0), used=Amount(510, 0), kept=Amount(250, 0))
    assert _lines(budget=spent)[2] == "Budget today: 510 of 500 characters"


def test_a_service_in_trouble_with_details_for_who_runs_the_bot() -> None:
    since, until = int(TROUBLE.since.timestamp()), int(TROUBLE.until.timestamp())
    said = f"⚠️ It stopped answering well <t:{since}:R>. I ask it again <t:{until}:R>."
    assert _lines(translator="DeepL", translator_trouble=TROUBLE) == [
        "Summaries: extracted from the abstracts",
        "Translations: DeepL",
        said,
    ]
    detailed = _lines(details=True, summarizer="m", summarizer_trouble=TROUBLE)
    assert detailed[1:3] == [said, r"-# DeepL: wrong key for \*\*10.0.0.1\*\* (HTTP 403)"]
    ended = Trouble(TROUBLE.since, NOW, TROUBLE.problem, refused=False)
    assert "ask it again" not in _lines(summarizer="m", summarizer_trouble=ended)[1]


def test_who_helps_with_related_papers() -> None:
    lines = _lines(
        recommender="Semantic Scholar", recommender_trouble=TROUBLE, embedder="nomic_embed"
    )
    assert lines[2] == "Recommendations: Semantic Scholar"
    assert lines[3].startswith("⚠️ It stopped answering well")
    assert lines[4:] == [r"Embeddings: nomic\_embed"]
