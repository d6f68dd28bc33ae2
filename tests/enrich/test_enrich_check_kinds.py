"""Each kind of finding, in the languages it is for, with texts of our own."""

import pytest

from bot.enrich.check import check, check_texts
from bot.models import FindingKind as Kind
from bot.models import SentencePair, Severity, Verdict

SOURCE = (
    "Large language models (LLMs) often forget what they were told. "
    "We present MemoNet, a memory that keeps 12% more facts than GPT-4 on TriviaQA. "
    "It needs no further training and runs on a single GPU. "
    "However, very long documents remain a challenge for every method. "
    "Code is available at https://example.org/MemoNet."
)
GOOD = {
    "zh-CN": (
        "大型语言模型（LLMs）常常忘记它们被告知的内容。",
        "我们提出了MemoNet，这种记忆在TriviaQA上比GPT-4多保留12%的事实。",
        "它不需要额外的训练，并且可以在单个GPU上运行。",
        "然而，非常长的文档对每种方法来说仍然是一个挑战。",
        "代码可在https://example.org/MemoNet获取。",
    ),
    "zh-TW": (
        "大型語言模型（LLMs）常常忘記它們被告知的內容。",
        "我們提出了MemoNet，這種記憶在TriviaQA上比GPT-4多保留12%的事實。",
        "它不需要額外的訓練，並且可以在單個GPU上執行。",
        "然而，非常長的文件對每種方法來說仍然是一個挑戰。",
        "程式碼可在https://example.org/MemoNet取得。",
    ),
    "ja": (
        "大規模言語モデル（LLM）は、与えられた情報をしばしば忘れてしまう。",
        "本論文では、TriviaQAにおいてGPT-4より12%多くの事実を保持するメモリMemoNetを提案する。",
        "追加の学習を必要とせず、1台のGPUで動作する。",
        "しかし、非常に長い文書は、どの手法にとっても依然として課題である。",
        "コードはhttps://example.org/MemoNetで公開されている。",
    ),
    "ko": (
        "대규모 언어 모델(LLM)은 전달받은 내용을 자주 잊어버린다.",
        "우리는 TriviaQA에서 GPT-4보다 12% 더 많은 사실을 기억하는 메모리인 MemoNet을 제안한다.",
        "추가 학습이 필요하지 않으며 단일 GPU에서 실행된다.",
        "그러나 매우 긴 문서는 여전히 모든 방법에 대한 과제로 남아 있다.",
        "코드는 https://example.org/MemoNet 에서 이용할 수 있다.",
    ),
    "de": (
        "Große Sprachmodelle (LLMs) vergessen oft, was ihnen gesagt wurde.",
        (
            "Wir stellen MemoNet vor, ein Gedächtnis, das auf"
            " TriviaQA 12 % mehr Fakten behält als GPT-4."
        ),
        "Es braucht kein weiteres Training und läuft auf einer einzigen GPU.",
        "Sehr lange Dokumente bleiben jedoch für jede Methode eine Herausforderung.",
        "Der Code ist unter https://example.org/MemoNet verfügbar.",
    ),
    "fr": (
        "Les grands modèles de langage (LLM) oublient souvent ce qu'on leur a dit.",
        (
            "Nous présentons MemoNet, une mémoire qui retient"
            " 12 % de faits de plus que GPT-4 sur TriviaQA."
        ),
        "Elle ne nécessite aucun entraînement supplémentaire et tourne sur un seul GPU.",
        "Cependant, les documents très longs restent un défi pour toutes les méthodes.",
        "Le code est disponible à l'adresse https://example.org/MemoNet.",
    ),
    "es": (
        "Los grandes modelos de lenguaje (LLM) olvidan a menudo lo que se les dijo.",
        (
            "Presentamos MemoNet, una memoria que conserva"
            " un 12 % más de hechos que GPT-4 en TriviaQA."
        ),
        "No necesita entrenamiento adicional y se ejecuta en una sola GPU.",
        "Sin embargo, los documentos muy largos siguen siendo un reto para todos los métodos.",
        "El código está disponible en https://example.org/MemoNet.",
    ),
    "ru": (
        "Большие языковые модели (LLM) часто забывают то, что им сказали.",
        (
            "Мы представляем MemoNet — память, которая сохраняет"
            " на 12 % больше фактов, чем GPT-4, на TriviaQA."
        ),
        "Она не требует дополнительного обучения и работает на одном GPU.",
        "Однако очень длинные документы остаются проблемой для любого метода.",
        "Код доступен по адресу https://example.org/MemoNet.",
    ),
}  # fmt: skip
GAP = {"zh-CN": "", "zh-TW": "", "ja": ""}


def _text(language: str, *changes: tuple[str, str]) -> str:
    whole = GAP.get(language, " ").join(GOOD[language])
    for old, new in changes:
        assert old in whole
        whole = whole.replace(old, new)
    return whole


def _major(target: str, language: str, source: str = SOURCE) -> set[Kind]:
    checked = check_texts(source, target, language)
    return {one.kind for one in checked.findings if one.severity is Severity.MAJOR}


@pytest.mark.parametrize("language", GOOD)
def test_a_good_translation_passes_whole_and_in_pairs(language: str) -> None:
    assert check_texts(SOURCE, _text(language), language).findings == ()
    sentences = SOURCE.replace(". ", ".\n").split("\n")
    pairs = [SentencePair(*both) for both in zip(sentences, GOOD[language], strict=True)]
    assert check(pairs, language).findings == ()


@pytest.mark.parametrize("language", GOOD)
@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("12", "21", {Kind.NUMBER_CHANGED, Kind.NUMBER_MISSING}),
        ("MemoNet", "MemNet", {Kind.NAME_CHANGED}),
        ("GPT-4", "GPT-3", {Kind.NAME_CHANGED}),
        ("TriviaQA", "SQuAD", {Kind.NAME_EXTRA}),
        ("LLM", "LCM", {Kind.NAME_CHANGED}),
        ("example.org/MemoNet", "example.org/memonet", {Kind.URL_CHANGED}),
        ("https://example.org/MemoNet", "https://example.org", {Kind.URL_CHANGED}),
        ("https://example.org/MemoNet", "", {Kind.URL_MISSING}),
        ("GPU", "GPU &amp; CPU", {Kind.GARBAGE}),
        ("GPU", "GP\ufffdU", {Kind.GARBAGE}),
        ("GPU", "⟦1⟧", {Kind.GARBAGE}),
    ],
)
def test_a_change_is_found_in_every_language(
    language: str, old: str, new: str, kinds: set[Kind]
) -> None:
    assert _major(_text(language, (old, new)), language) & kinds


@pytest.mark.parametrize("language", GOOD)
@pytest.mark.parametrize("lost", [0, 1, 3, 4])
def test_a_sentence_left_out_is_found_in_every_language(language: str, lost: int) -> None:
    left = [one for at, one in enumerate(GOOD[language]) if at != lost]
    told = _major(GAP.get(language, " ").join(left), language)
    assert told & {Kind.SENTENCE_MISSING, Kind.NUMBER_MISSING, Kind.URL_MISSING}


@pytest.mark.parametrize("language", GOOD)
def test_a_sentence_said_twice_or_left_in_english_is_found(language: str) -> None:
    said = SOURCE.split(". ")[3] + "."
    sentence = GOOD[language][3]
    assert Kind.REPETITION in _major(
        _text(language, (sentence, f"{sentence} {sentence}")), language
    )
    kinds = _major(_text(language, (sentence, said)), language)
    assert kinds & {Kind.LEFT_OVER, Kind.LANGUAGE, Kind.SENTENCE_MISSING}


@pytest.mark.parametrize("language", GOOD)
def test_a_text_that_breaks_off_is_found(language: str) -> None:
    whole = _text(language)
    assert _major(whole[: whole.index("GPU") - 2], language) & {
        Kind.TRUNCATED,
        Kind.SENTENCE_MISSING,
    }


@pytest.mark.parametrize("language", GOOD)
def test_chat_and_refusals_are_found(language: str) -> None:
    for words in (
        "Sure, here is the translation:\n",
        "As an AI language model, I cannot do that. ",
    ):
        assert Kind.SUBJECT in _major(words + _text(language), language)


@pytest.mark.parametrize(
    ("asked", "given"),
    [("zh-CN", "ja"), ("ja", "ko"), ("ko", "ja"), ("ru", "de"), ("de", "fr"), ("fr", "es"),
     ("es", "de"), ("ja", "zh-CN"), ("ru", "zh-CN"), ("de", "ru")],
)  # fmt: skip
def test_another_language_is_found(asked: str, given: str) -> None:
    assert _major(_text(given), asked) & {Kind.LANGUAGE, Kind.SCRIPT}


def test_the_other_chinese_script_is_remarked_on() -> None:
    for asked, given in (("zh-CN", "zh-TW"), ("zh-TW", "zh-CN")):
        checked = check_texts(SOURCE, _text(given), asked)
        assert {one.kind for one in checked.findings} == {Kind.SCRIPT}
        assert checked.verdict is Verdict.WARN


@pytest.mark.parametrize(
    ("language", "old", "new"),
    [
        ("zh-CN", "内容", "내용"),
        ("zh-CN", "内容", "コンテンツ"),
        ("ja", "情報", "информация"),
        ("ko", "내용", "информацию"),
        ("de", "oft", "часто"),
        ("ru", "часто", "経常"),
    ],
)
def test_letters_of_another_script_are_found(language: str, old: str, new: str) -> None:
    assert Kind.SCRIPT in _major(_text(language, (old, new)), language)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("内容", "内xing容", Kind.GARBAGE),
        ("额外的训练", "额外的训练额外的训练额外的训练", Kind.REPETITION),
        ("每种方法", "每种方法，每种方法，每种方法，每种方法", Kind.REPETITION),
    ],
)
def test_broken_chinese_is_found(old: str, new: str, kind: Kind) -> None:
    assert kind in _major(_text("zh-CN", (old, new)), "zh-CN")


def test_another_papers_translation_is_found() -> None:
    other = "我们研究深海热液喷口附近细菌的多样性。样品在三个季节中采集。结果显示温度起决定作用。"
    assert _major(other, "zh-CN")


FORMULAS = (
    r"The cost of $\mathcal{O}(n^2)$ falls to $\alpha n$ if $p \in (0,1)$, a $10\times$ gain."
)


@pytest.mark.parametrize(
    ("target", "failed"),
    [
        (r"若 $p \in (0,1)$，$\mathcal{O}(n^2)$ 的代价降为 $\alpha n$，提升 $10\times$。", False),
        (r"若 $p\in(0,1)$，$\mathcal{O}(n^2)$ 的代价降为 $\alpha n$，提升10倍。", False),
        (r"若 $p \in (0,1)$，$\mathcal{O(n^2)$ 的代价降为 $\alpha n$，提升 $10\times$。", True),
        (r"若 $p \in (0,1)$，$\mathcal{O}(n^2)$ 的代价降为 $\ alpha n$，提升 $10\times$。", True),
        (r"若 $p \in (0,1)$，$\mathcal{O}(n^3)$ 的代价降为 $\alpha n$，提升 $10\times$。", True),
        (r"若 $p \in (0,1)$，其代价降为 $\alpha n$，提升 $10\times$。", True),
        (r"若 $p \in (0,1)$，$\mathcal{O}(n^2)$ 的代价降为 $\alpha n，提升 $10\times$。", True),
    ],
)
def test_formulas_come_through_byte_for_byte(target: str, failed: bool) -> None:
    kinds = _major(target, "zh-CN", FORMULAS)
    assert bool(kinds & {Kind.FORMULA_CHANGED, Kind.FORMULA_MISSING}) is failed


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("We use AI for NLP in the US.", "我们在美国将人工智能用于自然语言处理。", "zh-CN"),
        ("AI models in the EU use DNA.", "Les modèles d'IA de l'UE utilisent l'ADN.", "fr"),
        ("AI helps with MRI in the US.", "KI hilft bei der MRT in den USA.", "de"),
        ("AI helps with MRI in the US.", "ИИ помогает при МРТ в США.", "ru"),
        ("We train a convolutional neural network.", "我们训练一个卷积神经网络（CNN）。", "zh-CN"),
        ("LLMs use Poincar\\'e balls.", "LLM使用Poincaré球。", "zh-CN"),
        ("A Bayesian method by Erdős and Rényi.", "Erdős和Rényi的贝叶斯方法。", "zh-CN"),
        ("A k-nearest neighbor graph of 3D points.", "三维点的k近邻图。", "zh-CN"),
        ("We fine-tune GPT 4o.", "我们微调GPT-4o。", "zh-CN"),
    ],
)
def test_names_may_be_given_as_a_language_has_them(source: str, target: str, language: str) -> None:
    assert check([SentencePair(source, target)], language).findings == ()


def test_another_case_of_a_name_is_remarked_on() -> None:
    checked = check_texts(SOURCE, _text("zh-CN", ("TriviaQA", "TriviaQa")), "zh-CN")
    assert [(one.kind, one.source, one.target) for one in checked.findings] == [
        (Kind.NAME_CASE, "TriviaQA", "TriviaQa")
    ]


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        (
            "It has 1) a store, 2) a reader, and 3) a judge.",
            "它有1）一个存储、2）一个阅读器。",
            "zh-CN",
        ),
        (
            "It has (i) a store, (ii) a reader, and (iii) a judge.",
            "(i)ストア、(iii)判定器を持つ。",
            "ja",
        ),
        (
            "It has (a) a store, (b) a reader, (c) a judge.",
            "Es hat (a) einen Speicher und (b) einen Leser.",
            "de",
        ),
    ],
)  # fmt: skip
def test_an_item_left_out_of_a_list_is_found(source: str, target: str, language: str) -> None:
    assert Kind.ENUMERATION in _major(target, language, source)


def test_a_source_that_is_cut_short_may_be_let_go() -> None:
    cut = SOURCE[: SOURCE.index("However") + 30]
    whole = "".join(GOOD["zh-CN"][:3])
    assert not _major(whole, "zh-CN", cut)
    assert not _major(whole + "然而，非常长的文档", "zh-CN", cut)
