"""The words of a paper that tell what it is about. Pure."""

import re
from functools import lru_cache

from bot.text.latex import to_unicode
from bot.text.tokens import stem, words

# Longer texts are no titles or abstracts; reading them would only take time.
_LONGEST = 6000
_LETTER = re.compile(r"[^\W\d_]")
_STOP = frozenset(
    stem(word)
    for word in [
        "about", "above", "across", "after", "again", "against", "all", "almost", "along",
        "already", "also", "although", "among", "an", "and", "another", "any", "are", "around",
        "art", "as", "at", "available", "based", "be", "because", "been", "before", "being",
        "below", "best", "better", "between", "both", "but", "by", "can", "cannot", "code",
        "could", "demonstrate", "demonstrating", "despite", "different", "do", "does", "due",
        "during", "each", "effective", "effectively", "either", "enough", "et", "al", "etc",
        "even", "every", "existing", "experiment", "experimental", "extensive", "few", "find",
        "finding", "first", "for", "four", "from", "full", "further", "furthermore", "github",
        "given", "good", "has", "have", "here", "high", "higher", "how", "however", "http",
        "https", "i", "if", "important", "improve", "improved", "improvement", "in", "including",
        "instead", "into", "introduce", "is", "it", "its", "just", "key", "large", "largely",
        "later", "leading", "less", "like", "low", "lower", "made", "main", "make", "many", "may",
        "method", "might", "more", "moreover", "most", "much", "must", "necessary", "need", "new",
        "no", "non", "nor", "not", "novel", "now", "of", "off", "often", "on", "once", "one",
        "only", "onto", "or", "other", "our", "out", "outperform", "over", "own", "paper", "per",
        "performance", "possible", "potential", "present", "previous", "propose", "proposed",
        "prior", "problem", "provide", "rather", "recent", "recently", "remain", "require",
        "respectively", "result", "second", "see", "several", "should", "show", "showing",
        "shown", "significant", "significantly", "since", "single", "small", "so", "some",
        "state", "still", "strong", "study", "such", "than", "that", "the", "their", "them",
        "then", "there", "thereby", "therefore", "these", "they", "this", "those", "three",
        "through", "throughout", "thus", "to", "together", "too", "toward", "towards", "two",
        "under", "unlike", "until", "up", "upon", "use", "used", "useful", "using", "various",
        "very", "via", "was", "we", "well", "were", "what", "when", "where", "whereas", "whether",
        "which", "while", "who", "whose", "why", "widely", "will", "with", "within", "without",
        "work", "would", "yet", "you",
    ]
)  # fmt: skip


def terms(text: str) -> list[str]:
    """The words of a title or an abstract in their order: folded, without plural endings, stop
    words, numbers and single letters. LaTeX is read; only the first 6,000 characters are."""
    return [term for term in map(_term, words(to_unicode(text[:_LONGEST]))) if term]


@lru_cache(maxsize=65_536)
def _term(word: str) -> str:
    """A word as it is compared; empty if it is not."""
    term = stem(word)
    return term if len(term) > 1 and term not in _STOP and _LETTER.search(term) else ""
