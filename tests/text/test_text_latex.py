"""LaTeX of arXiv's metadata becomes readable text."""

import gzip
import json
import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.text.latex import to_unicode

READ = [
    # math: scripts, Greek, operators, relations
    (r"$x^2$ and $10^{-3}$", "x² and 10⁻³"),
    ("H_2O, CO$_2$ and Bi_2Se_3", "H₂O, CO₂ and Bi₂Se₃"),
    (r"$x_{max}$, $x_{\rm max}y$, $x_c$, $x_{i,j}$, $x_{ij}$", "x_max, x_max y, x_c, x_(i,j), xᵢⱼ"),
    (r"$10^{10.5}$ and 10^10.5", "10^10.5 and 10^10.5"),
    (r"$e^{i\pi}$, $e^{-x^2}$", "e^(iπ), e^(-x²)"),
    (r"$64.2^{+5.8}_{-5.0}$", "64.2^+5.8_-5.0"),
    (r"$45^{\circ}$, 26{\deg}, $f'(x)$, $A^\top$", "45°, 26°, f′(x), Aᵀ"),
    (r"$3\times 10^5\,M_\odot$", "3×10⁵ M⊙"),
    (r"km\,s$^{-1}$\,Mpc$^{-1}$", "km s⁻¹ Mpc⁻¹"),
    (r"$\sim 10$ kpc, $a \leq b$, $a\leq b$", "∼10 kpc, a ≤ b, a≤b"),
    (r"$\alpha\beta$, $\Lambda$CDM, {\Lambda}CDM", "αβ, ΛCDM, ΛCDM"),
    (r"$O(n\log n)$, $n^{5/2}\log{n}$", "O(n log n), n^(5/2) log n"),
    (r"$\mathbb{R}^d$, $\mathcal{O}(n)$, $\mathfrak{g}$, $\mathbf{x}$", "ℝᵈ, 𝒪(n), 𝔤, 𝐱"),
    (r"$x \to \infty$, $A \rightarrow B$", "x → ∞, A → B"),
    (r"$\frac{a}{b}$, $\frac{a+b}{2}$, $\frac12$", "a/b, (a+b)/2, 1/2"),
    (r"$\sqrt{2}$, $\sqrt{x+1}$, $\sqrt[3]{x}$", "√2, √(x+1), ∛x"),
    (r"$\hat{x}$, $\tilde{O}(n)$, $\dot M$, $\overline{AB}$", "x̂, Õ(n), Ṁ, AB"),
    (r"$a \equiv b \pmod{5}$, $\binom{n}{k}$", "a ≡ b (mod 5), (n choose k)"),
    (r"$\{1,\ldots,n\}$, $|\psi\rangle$, $\|x\|_2$, $\not\in$", "{1,…,n}, |ψ⟩, ‖x‖₂, ∉"),
    (r"$\left( \frac{1}{2} \right)$", "( 1/2)"),
    (r"\(a+b\), \[ x = y \], $$z$$", "a+b, x = y, z"),
    (r"2$-$10 keV, $>$100 GeV, $λ$5007", "2-10 keV, >100 GeV, λ5007"),
    (r"$\operatorname{rank} A$, $\text{ if }n$", "rank A, if n"),
    # accents
    (r"Schr\"odinger, Erd\H{o}s, R\'{e}nyi, na{\"\i}ve", "Schrödinger, Erdős, Rényi, naïve"),
    (r"\v{C}ech, {\L}ukasz, Gau\ss, S\o ren, It\^o", "Čech, Łukasz, Gauß, Søren, Itô"),
    (r"Fran\c cois, Malarg\"ue, 4686 \AA{}, along", "François, Malargüe, 4686 Å, along"),
    # text macros
    (r"\emph{x} \textbf{S}plit-\textbf{M}erge", "x Split-Merge"),
    (r"\textsc{Gen2Real}: {\it in vivo} {\bf M}ethod", "Gen2Real: in vivo Method"),
    (r"\texttt{snake_case\_two}", "snake_case_two"),
    (r"We propose \method, \method{} and \ours{ABC}", "We propose method, method and ABC"),
    (r"\textcolor{blue}{here} and $\mathrm{d}x$", "here and dx"),
    (r"\texorpdfstring{$\alpha$}{alpha} decay", "alpha decay"),
    (r"as in~\cite{a,b}.", "as in [a,b]."),
    (r"text\footnote{a note} more", "text (a note) more"),
    (r"\begin{itemize} \item one \item two \end{itemize}", "• one • two"),
    (r"\begin{equation*} v^{n+1}=\frac{k}{2} \end{equation*}", "vⁿ⁺¹=k/2"),
    # links
    (r"\url{https://a.b/c_d}", "https://a.b/c_d"),
    (r"\href{https://x.y/z}{text}", "text (https://x.y/z)"),
    (r"\href{https://x.y}{https://x.y}", "https://x.y"),
    (r"at https://github.com/a/b\_c and $x_1$", "at https://github.com/a/b_c and x₁"),
    # signs, quotes, dashes, ties
    (r"50\% \& \_ \# \$5 and \$10", "50% & _ # $5 and $10"),
    ("``quoted'' and `single' ones", "“quoted” and ‘single’ ones"),
    ("pages 1--2, one --- two -- three", "pages 1–2, one — two – three"),
    ("Fig.~2, 10~kpc, NGC~3298", "Fig. 2, 10 kpc, NGC 3298"),
    (r"1{,}000 and 10\,000", "1,000 and 10 000"),
]

UNCHANGED = [
    "",
    "It costs $5 and $10.",
    "between $30 billion and $50 billion",
    "US$5 and A$7, (<$5), $0.70M) and ($1M)",
    "R&D in C#, C++ and 50% of it",
    "snake_case, max_length_2, GPT_4, CHASE_DB1, __init__",
    "a set {a, b} and f{string}",
    "X~N(0,1) at z~10, ~20% more, 10~30",
    "run it with --flag; <!-- not a dash -->",
    r"C:\Users\name and regex \d+",
    "see https://a.b/~c_d/e^f--g",
    "x^T and Q^K",
    "数式なし、そのまま。",
]


@pytest.mark.parametrize(("latex", "text"), READ)
def test_is_read(latex: str, text: str) -> None:
    assert to_unicode(latex) == text


@pytest.mark.parametrize(("latex", "text"), READ)
def test_reading_twice_changes_nothing(latex: str, text: str) -> None:
    assert to_unicode(text) == text


@pytest.mark.parametrize("text", UNCHANGED)
def test_prose_stays(text: str) -> None:
    assert to_unicode(text) == text


def test_a_plain_percent_cuts_nothing() -> None:
    assert to_unicode(r"50% of $n$ % and more") == "50% of n % and more"


def test_line_breaks_become_spaces_and_control_characters_go() -> None:
    assert to_unicode("one\n  two\tthree\x00\x07") == "one two three"


@pytest.mark.parametrize(
    "hostile",
    [r"\frac" * 3000, "{" * 20000, "$" * 20000, r"\(" * 9000, "^{" * 9000, r"\sqrt[" * 3000],
)
def test_hostile_text_is_read_in_bounded_time(hostile: str) -> None:
    started = time.process_time()
    assert to_unicode(hostile)
    assert time.process_time() - started < 2


def test_too_deep_nesting_returns_the_text() -> None:
    deep = "$" + "x^{" * 60 + "}" * 60 + "$"
    assert to_unicode(deep) == deep


PIECES = st.lists(
    st.sampled_from(
        [
            r"\frac",
            r"\alpha",
            "{",
            "}",
            "$",
            "^",
            "_",
            "\\",
            "~",
            "`",
            "''",
            '"',
            "--",
            "x",
            "12",
            " ",
            "%",
            "&",
            r"\(",
            r"\)",
            r"\begin{a}",
            r"\end{a}",
            r"\'",
            r"\href",
            "\n",
            "é",
            "[",
        ]
    ),
    max_size=40,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), PIECES))
@example(r"\not")
@example(r"\binom nk")
def test_any_text_gives_clean_short_stable_text(text: str) -> None:
    read = to_unicode(text)
    assert len(read) <= 3 * len(text)
    assert not any(unicodedata.category(letter) == "Cc" for letter in read)
    assert to_unicode(read) == read


def test_real_papers(shared_data: Path) -> None:
    """Little LaTeX is left in real abstracts, and they are read fast."""
    with gzip.open(shared_data / "arxiv" / "batches.jsonl.gz", "rt", encoding="utf-8") as lines:
        abstracts = [json.loads(line)["abstract"] for line in lines]
    math = [text for text in abstracts if re.search(r"[\\$^_]", text)]
    plain = [text for text in abstracts if not re.search(r"[\\$^_]", text)]
    started = time.process_time()
    read = [to_unicode(text) for text in math]
    spent = time.process_time() - started
    started = time.process_time()
    for text in plain:
        to_unicode(text)
    spent_plain = time.process_time() - started
    assert all(to_unicode(text) == text for text in read)
    assert sum("\\" in text for text in read) < 0.01 * len(read)
    assert len(math) / spent > 400
    assert len(plain) / spent_plain > 2000
