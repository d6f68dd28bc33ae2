"""The part of `/status` on the services beside arXiv, and on the budget."""

import math
from datetime import datetime

from bot.enrich.budget import BudgetState
from bot.enrich.rest import Trouble
from bot.enrich.translate.words import provider_name
from bot.i18n import number, t
from bot.services.providers import ProvidersStatus
from bot.ui.words import moment, safe

_NAME, _PROBLEM = 60, 300


def providers_lines(providers: ProvidersStatus, now: datetime, *, details: bool) -> list[str]:
    """Who summarizes, translates and finds related papers, how that goes, and what it costs today.
    `details` are for whoever runs the bot: what exactly is wrong, as the log has it."""
    if providers.summarizer.startswith("extractive"):
        summaries = t("Summaries: extracted from the abstracts")
    else:
        summaries = t("Summaries: {provider}", provider=safe(providers.summarizer, _NAME))
    if providers.translator:
        name = safe(provider_name(providers.translator), _NAME)
        translations = t("Translations: {provider}", provider=name)
    else:
        translations = t("Translations: no service is set up")
    return [
        summaries,
        *_trouble(providers.summarizer_trouble, now, details=details),
        translations,
        *_trouble(providers.translator_trouble, now, details=details),
        *_related(providers, now, details=details),
        *_budget(providers.budget),
    ]


def _related(providers: ProvidersStatus, now: datetime, *, details: bool) -> list[str]:
    """Who helps with related papers; what Paperboy does by itself needs no line."""
    lines: list[str] = []
    if providers.recommender:
        name = safe(providers.recommender, _NAME)
        lines.append(t("Recommendations: {provider}", provider=name))
        lines += _trouble(providers.recommender_trouble, now, details=details)
    if providers.embedder:
        name = safe(providers.embedder, _NAME)
        lines.append(t("Embeddings: {provider}", provider=name))
        lines += _trouble(providers.embedder_trouble, now, details=details)
    return lines


def _trouble(trouble: Trouble | None, now: datetime, *, details: bool) -> list[str]:
    if trouble is None:
        return []
    since = moment(trouble.since, "R")
    if trouble.until > now:
        said = t(
            "⚠️ It stopped answering well {since}. I ask it again {until}.",
            since=since,
            until=moment(trouble.until, "R"),
        )
    else:
        said = t("⚠️ It stopped answering well {since}.", since=since)
    return [said, *([f"-# {safe(trouble.problem, _PROBLEM)}"] if details else [])]


def _budget(budget: BudgetState) -> list[str]:
    limit, used, left = budget.limit, budget.used, budget.limit.minus(budget.used)
    lines: list[str] = []
    if limit.characters:
        said = t(
            "Budget today: {used} of {limit} characters",
            used=number(used.characters),
            limit=number(limit.characters),
        )
        kept = min(budget.kept.characters, left.characters)
        lines.append(said + (_kept(number(kept)) if kept else ""))
    elif used.characters:
        lines.append(t("Sent to paid services today: {n} characters", n=number(used.characters)))
    if limit.cost:
        said = t(
            "Budget today: {used} of {limit}", used=_dollars(used.cost), limit=_dollars(limit.cost)
        )
        kept = min(budget.kept.cost, left.cost)
        lines.append(said + (_kept(_dollars(kept)) if kept else ""))
    elif used.cost:
        lines.append(t("Paid services cost {cost} today", cost=_dollars(used.cost)))
    if limit.characters or limit.cost:
        lines.append(t("It starts anew {when}.", when=moment(budget.renewed_at, "R")))
    return lines


def _kept(amount: str) -> str:
    return " · " + t("{amount} more kept for digests", amount=amount)


def _dollars(millionths: int) -> str:
    """An amount of money; what is not nothing is not shown as nothing."""
    if 0 < millionths < 10_000:
        return f"US${math.ceil(millionths / 100) / 10_000:.4f}"
    return f"US${millionths / 1_000_000:.2f}"
