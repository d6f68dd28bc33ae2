"""`lab summarize` by the embedded summarizer: no network, no database, one paper at a time."""

from collections.abc import Mapping

from bot.enrich.summarize.extractive import ExtractiveSummarizer, is_english
from bot.lab.lines import Record
from bot.languages import ENGLISH
from bot.models import SummaryText

PROVIDER = "extractive"
# What ISO 639 has for a language that nobody determined.
_UNDETERMINED = "und"

_extractive = ExtractiveSummarizer()


def extract(record: Record) -> Mapping[str, object]:
    """A paper's summary. Raises LineError."""
    number, title, abstract = record.id, record.text("title", ""), record.text("abstract")
    summary = _extractive.summarize(title, abstract)
    return summary_values(number, summary, PROVIDER, language_of_extract(abstract))


def language_of_extract(abstract: str) -> str:
    """The language of what is extracted from an abstract: English, or unknown where the abstract
    is not English and the rules of English were left aside."""
    return ENGLISH if is_english(abstract) else _UNDETERMINED


def summary_values(
    number: str | int, summary: SummaryText, provider: str, language: str
) -> dict[str, object]:
    """A summary as an object."""
    return {
        "id": number,
        "tldr": summary.tldr,
        "takeaways": [
            {"text": one.text, "role": one.role.value, "sentence": one.sentence}
            for one in summary.takeaways
        ],
        "provider": provider,
        "language": language,
    }
