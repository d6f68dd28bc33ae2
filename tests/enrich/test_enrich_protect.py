"""What machine translation must not touch goes out as placeholders and comes back as it was."""

import gzip
import json
import re
import time
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.enrich.translate.protect import HTML, TOKENS, XML, Form, Tokens, protect, restore
from bot.enrich.translate.protected_spans import EVERYTHING, Protection

FORMS = {
    "xml": XML,
    "html": HTML,
    "tokens": TOKENS,
    "brackets": Tokens("⟦{}⟧"),
    "z": Tokens("Z{}Z"),
}
by_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)

KEPT: list[tuple[str, list[str] | int]] = [
    (r"It runs in $O(n\log n)$ steps.", [r"$O(n\log n)$"]),
    (r"We have $$x = 1$$ and \(y\) and \[z = \frac{1}{2}\] there.", 3),
    (r"The $k$-means of 3$\times$ and 42.3\% more", ["$k$", r"3$\times$", r"42.3\%"]),
    (r"a loss of 10^{-3} for H_2O", ["10^{-3}", "H_2O"]),
    (r"as \cite{a,b} and \ref{x} say", [r"\cite{a,b}", r"\ref{x}"]),
    (r"\emph{not very} good", [r"\emph{", "}"]),
    (r"\textbf{M}ethod and Schr\"odinger", [r"\textbf{M}ethod", r"Schr\"odinger"]),
    ("at https://github.com/a/b_c.", ["https://github.com/a/b_c"]),
    ("see (www.x.org/y), github.com/a/b or a.b@c.edu", 3),
    ("run_all of `a.py` v1.2.3 in c.yaml", ["run_all", "`a.py`", "v1.2.3", "c.yaml"]),
    ("GPT-4o, Llama-3.1-8B and CIFAR-10", ["GPT-4o", "Llama-3.1-8B", "CIFAR-10"]),
    ("a GPT-4-based method of Type-2, top-5", ["GPT-4"]),
    ("arXiv:2401.01234v2 and hep 2401.01234", ["arXiv:2401.01234v2", "2401.01234"]),
    ("it [12, 3-5] holds (Smith et al., 2024; Lee, 2023b)", 2),
    ("found in use (first published in 2024)", []),
    ("it costs $5 million and $10 more", []),
    ("AT&T and R&D &lt; x", ["AT&T", "R&D", "&lt;"]),
    ("Nothing here is kept, not even LLM.", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), KEPT)
def test_what_is_kept(text: str, expected: list[str] | int) -> None:
    kept = [one.source for one in protect(text, XML).kept]
    assert (len(kept) if isinstance(expected, int) else kept) == expected


@by_form
@pytest.mark.parametrize("text", [text for text, _ in KEPT])
def test_samples_come_back(text: str, form: Form) -> None:
    sent = protect(text, form)
    assert restore(sent.text, sent).text == text
    assert not restore(sent.text, sent).lost


_SIGNS = st.sampled_from(
    [
        *"$\\{}()[]_^&<>;#`'\".,-/ XxZ1٣１⟦⟧aé中\n\x00\x85\ud800",
        *("\\emph{", "$$", "\\begin{a}", "\\end{a}", "http://", "a@b.co", "X 1", "Z1Z", "&lt;"),
    ]
)


@by_form
@given(st.lists(_SIGNS, max_size=40).map("".join) | st.text(max_size=80))
@example("x-1 X1 X 12 ⟦3⟧")
@example(r"\emph{a \textbf{b c} d}e")
@example('<x id="1">a</x> <span id="1">b</span> $c$')
def test_any_text_comes_back(form: Form, text: str) -> None:
    sent = protect(text, form)
    assert restore(sent.text, sent).text == text


@by_form
@given(st.lists(_SIGNS, max_size=30).map("".join), st.text(max_size=60))
def test_any_answer_can_be_read(form: Form, text: str, answer: str) -> None:
    sent = protect(text, form, terms={"a": "b"})
    made = restore(answer + sent.text[::-1], sent)
    assert made.lost <= EVERYTHING


def test_real_abstracts_come_back(shared_data: Path) -> None:
    kept = 0
    with gzip.open(shared_data / "arxiv" / "batches.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(islice(lines, 0, None, 3)):
            paper = json.loads(line)
            for text in (paper["title"], paper["abstract"]):
                form = list(FORMS.values())[number % len(FORMS)]
                sent = protect(text, form)
                kept += len(sent.kept)
                assert restore(sent.text, sent).text == text, paper["id"]
    assert kept > 1400


HOSTILE = [
    "$", "\\(", "\\[", "$a ", "$$a", "\\begin{a}", "\\a{", "\\emph{a b", "{\\a", "(", "(2020",
    "[1,",
    "_", "a_", "^{", "a^", "http://", "a@", "a.", "a-", "a/", "1.", "1,", "A1-", "`a", "&a", "X1 ",
    "\\", "x", "<x id=1>", "v1.", "10.1234/",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_texts_take_linear_time(unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        start = time.process_time()
        for form in (TOKENS, XML):
            sent = protect(text, form)
            assert restore(sent.text, sent).text == text
        return time.process_time() - start

    seconds(1000)  # patterns are compiled and caches filled
    # Ten times the text would take a hundred times as long if it were not.
    assert seconds(50_000) < 40 * max(seconds(5_000), 0.005)


@pytest.mark.parametrize("unit", ["id=1 ", "<x id=1 ", "<x id=1>", "X1", "&", "<x id=1/"])
@pytest.mark.parametrize("form", [XML, TOKENS])
def test_hostile_answers_take_linear_time(form: Form, unit: str) -> None:
    sent = protect("We use $x$ and GPT-4.", form)

    def seconds(times: int) -> float:
        start = time.process_time()
        restore("<x " + unit * times, sent)
        return time.process_time() - start

    seconds(100)
    assert seconds(20_000) < 40 * max(seconds(2_000), 0.005)


@by_form
def test_terms_are_put_in_their_places(form: Form) -> None:
    terms = {
        "attention head": "注意ヘッド",
        "co-training": "共訓練",
        "GPT-4": "ジーピーティー4",
        "x": "エ",
    }
    sent = protect(
        "Attention heads of GPT-4 in cotraining, and $x$ with the head.", form, terms=terms
    )
    back = restore(sent.text, sent)
    assert back.text == "注意ヘッド of ジーピーティー4 in 共訓練, and $x$ with the head."
    assert [one.protection for one in sent.kept] == [Protection.TERM] * 3 + [Protection.FORMULA]


def test_a_title_of_placeholders_has_no_words() -> None:
    assert not protect("$x$ -- $y$!", XML).has_words
    assert not protect("Attention", XML, terms={"attention": "注意"}).has_words
    assert protect("$x$ is", XML).has_words


def test_tokens_are_found_whatever_became_of_them() -> None:
    sent = protect("Let $a$ be $b$ of $c$.")
    assert sent.text == "Let X1 be X2 of X3."
    back = restore("x 2 は Ｘ１ で、X-3の", sent)
    assert back.text == "$b$ は $a$ で、$c$の"
    assert not back.lost


def test_elements_are_found_whatever_became_of_them() -> None:
    sent = protect("Let $a$ be $b$ of $c$.", XML)
    back = restore('<x id="2">vier</x> &amp; <x id="1"/>, <X  id=\'3\' >$c$</ X>', sent)
    assert back.text == "$b$ & $a$, $c$"
    assert not back.lost


def test_what_is_lost_is_told() -> None:
    sent = protect("Let $a$ be GPT-4 at www.a.org/b.")
    assert restore("X1 ist", sent).lost == {Protection.NAME, Protection.ADDRESS}
    assert restore("X1 X1 X1 X2 X3", sent).lost == {Protection.FORMULA}
    assert restore("X1 X1 X2 X3 X4 X77", sent).lost == frozenset()


def test_less_can_be_protected() -> None:
    sent = protect("Let $a$ be GPT-4.", protections={Protection.FORMULA})
    assert sent.text == "Let X1 be GPT-4."


def test_spaces_keep_tokens_off_the_prose_in_a_command() -> None:
    sent = protect(r"It is \emph{not very} good.")
    assert sent.text == "It is X1 not very X2 good."
    assert restore("X1 nicht sehr X2 gut.", sent).text == r"\emph{nicht sehr} gut."


def test_sent_elements_are_escaped_and_well_formed() -> None:
    sent = protect("a < b & $c < d$ \x00", XML)
    assert sent.text == 'a &lt; b &amp; <x id="1">$c &lt; d$</x> <x id="2">?</x>'
    assert not re.search(r"<(?!/?x\b)", sent.text)


def test_a_token_needs_letters() -> None:
    with pytest.raises(ValueError, match="more than its number"):
        Tokens("{}")
