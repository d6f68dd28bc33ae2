"""Which numbers say the same in two languages, and which do not."""

import pytest

from bot.enrich.check.numbers import number_findings
from bot.models import Finding, FindingKind, Severity, TextKind

SAME = [
    # Japanese
    ("A 3B model.", "30億パラメータのモデル。", "ja"),
    ("A 3B model.", "3Bのモデル。", "ja"),
    ("It has 1.2 billion weights.", "12億の重みを持つ。", "ja"),
    ("It has 120 million weights.", "1億2000万の重みを持つ。", "ja"),
    ("It has 35,000 users.", "3.5万人のユーザーがいる。", "ja"),
    ("It has 12,345 users.", "１２，３４５人のユーザーがいる。", "ja"),
    ("It took 1.5K steps.", "1,500ステップを要した。", "ja"),
    ("It is 70% faster.", "70％高速になる。", "ja"),
    ("It is 70% faster.", "7割高速になる。", "ja"),
    (r"An accuracy of 42.3\%.", "精度は42.3%である。", "ja"),
    ("It is 9.2x faster.", "9.2倍高速である。", "ja"),
    ("Half of the 12 users agree.", "12人の半分が同意する。", "ja"),
    ("One third of 60 nodes fail.", "60ノードの3分の1が故障する。", "ja"),
    ("A two-stage method.", "2段階の手法。", "ja"),
    ("A two-stage method.", "二段階の手法。", "ja"),
    ("The 3rd layer of 12.", "12層のうち第3層。", "ja"),
    ("3D scenes with 2D images.", "2次元画像からなる三次元シーン。", "ja"),
    ("Between 10 and 20 ms.", "10から20ミリ秒。", "ja"),
    ("Each answer takes an hour.", "各回答には1時間かかる。", "ja"),
    ("The error is a factor of five below.", "誤差は5分の1である。", "ja"),
    ("It has sixty-four antennas.", "アンテナは64本である。", "ja"),
    ("An order of magnitude faster.", "1桁高速である。", "ja"),
    ("It gains 2 percentage points.", "2パーセントポイント向上する。", "ja"),
    ("A 7 trillion token corpus.", "7兆トークンのコーパス。", "ja"),
    ("In June 2021, 5 sites.", "2021年6月、5拠点で。", "ja"),
    ("It has A, B and C.", "A、B、Cの3つがある。", "ja"),
    # Simplified Chinese
    ("A 3B model.", "30亿参数的模型。", "zh-CN"),
    ("It has 10K users.", "它有1万名用户。", "zh-CN"),
    ("It has 2 trillion tokens.", "它有2万亿个词元。", "zh-CN"),
    ("It has over 1.8 million texts.", "它有180多万篇文本。", "zh-CN"),
    ("It has 3 parts.", "它由三个部分组成。", "zh-CN"),
    ("We use 300 samples.", "三百个样本被使用。", "zh-CN"),
    ("It is 70% faster.", "速度提高了百分之70。", "zh-CN"),
    ("It is 70% faster.", "速度提高了百分之七十。", "zh-CN"),
    ("It is 30% cheaper.", "便宜了三成。", "zh-CN"),
    ("It drops by 50%.", "它下降了一半。", "zh-CN"),
    ("Two thirds of the 9 models.", "9个模型中的三分之二。", "zh-CN"),
    ("From 10 to 20%.", "从10%到20%。", "zh-CN"),
    ("3/8/32B models.", "30亿、80亿和320亿参数的模型。", "zh-CN"),
    ("Models of 1.5-7B.", "15亿至70亿参数的模型。", "zh-CN"),
    ("In the 1990s.", "在20世纪90年代。", "zh-CN"),
    ("It doubles the speed of 8 GPUs.", "它使8个GPU的速度翻倍。", "zh-CN"),
    ("Within 10^{-3} of it.", "在10⁻³以内。", "zh-CN"),
    (r"With $3 \times 10^5$ steps.", "用30万步。", "zh-CN"),
    ("A rate of 0.00001.", "速率为10的负5次方。", "zh-CN"),
    ("At 5.2 ± 0.3 ms.", "5.2±0.3毫秒。", "zh-CN"),
    ("GPT-4 and Llama-3 are tested.", "测试了GPT-4和Llama-3。", "zh-CN"),
    ("Zero-shot and semi-supervised.", "零样本和半监督，进一步统一一些方法。", "zh-CN"),
    ("With 175 441 patients.", "有175441名患者。", "zh-CN"),
    ("Around 10's of thousands of users.", "数万名用户。", "zh-CN"),
    ("It uses 64 GB.", "它使用64 GB内存。", "zh-CN"),
    ("It runs at 60 GHz.", "它运行在60 GHz的频率。", "zh-CN"),
    ("It takes 500 ms.", "它需要0.5秒。", "zh-CN"),
    ("It has 5 MB.", "它有5兆字节。", "zh-CN"),
    ("An accuracy of 0.85.", "准确率为85%。", "zh-CN"),
    ("A 7M model.", "7兆参数的模型。", "zh-CN"),
    ("Over ten years.", "十年来。", "zh-CN"),
    ("Using 2024 day-ahead prices.", "使用2024年日前价格。", "zh-CN"),
    ("Cooled to 77K in a 3T scanner.", "在3特斯拉扫描仪中冷却至77开尔文。", "zh-CN"),
    # Traditional Chinese
    ("A 3B model.", "30億參數的模型。", "zh-TW"),
    ("It has 20,000 images.", "它有兩萬張影像。", "zh-TW"),
    ("It has 5 million users.", "它有500萬名使用者。", "zh-TW"),
    ("It gains 3.5 percentage points.", "提升3.5個百分點。", "zh-TW"),
    ("A two-stage method.", "兩階段方法。", "zh-TW"),
    ("In 40 ms.", "在40毫秒內。", "zh-TW"),
    # Korean
    ("A 3B model.", "30억 개의 매개변수를 가진 모델.", "ko"),
    ("It has 35,000 users.", "사용자가 3만 5천 명이다.", "ko"),
    ("It has 10K users.", "사용자가 1만 명이다.", "ko"),
    ("It is 42.3% faster.", "42.3퍼센트 빠르다.", "ko"),
    ("It gains 2 percentage points.", "2%p 향상된다.", "ko"),
    ("Half of it.", "그 절반.", "ko"),
    ("A third of 30 users.", "사용자 30명의 3분의 1.", "ko"),
    ("It has 3 stages.", "세 단계로 이루어진다.", "ko"),
    ("It is 9.2 times faster.", "9.2배 빠르다.", "ko"),
    ("It takes 20 ms.", "20밀리초가 걸린다.", "ko"),
    ("7 trillion tokens.", "7조 개의 토큰.", "ko"),
    # German
    ("It has 3 billion weights.", "Es hat 3 Milliarden Gewichte.", "de"),
    ("It has 3B weights.", "Es hat 3 Mrd. Gewichte.", "de"),
    ("It needs 1,234.5 hours.", "Es braucht 1.234,5 Stunden.", "de"),
    ("An accuracy of 42.3%.", "Eine Genauigkeit von 42,3 %.", "de"),
    ("It has 2 stages.", "Es ist zweistufig.", "de"),
    ("It uses 3 datasets.", "Es nutzt drei Datensätze.", "de"),
    ("About 50% of it.", "Etwa die Hälfte davon.", "de"),
    ("It is 10x faster.", "Es ist 10-mal schneller.", "de"),
    ("It is 10x faster.", "Es ist zehnmal schneller.", "de"),
    ("It gains 1.5 percentage points.", "Es gewinnt 1,5 Prozentpunkte.", "de"),
    ("In the 1990s.", "In den 1990er Jahren.", "de"),
    ("The 3rd of 12.", "Der 3. von 12.", "de"),
    # French
    ("It has 10000 users.", "Il compte 10\u202f000 utilisateurs.", "fr"),
    ("It has 3 billion weights.", "Il a 3 milliards de poids.", "fr"),
    ("An accuracy of 42.3%.", "Une précision de 42,3 %.", "fr"),
    ("It uses 3 datasets.", "Il utilise trois jeux de données.", "fr"),
    ("About 50% of it.", "Environ la moitié.", "fr"),
    ("It takes 20 ms.", "Il faut 20 millisecondes.", "fr"),
    ("It uses 64 GB.", "Il utilise 64 Go.", "fr"),
    # Spanish
    ("It has 3 billion weights.", "Tiene 3 mil millones de pesos.", "es"),
    ("It has 3 billion weights.", "Tiene 3000 millones de pesos.", "es"),
    ("An accuracy of 42.3%.", "Una precisión del 42,3 %.", "es"),
    ("An accuracy of 42.3%.", "Una precisión del 42.3 por ciento.", "es"),
    ("It uses 2 stages.", "Usa dos etapas.", "es"),
    ("It is 3.5 times faster.", "Es 3,5 veces más rápido.", "es"),
    # Portuguese
    ("It has 3 billion weights.", "Tem 3 bilhões de pesos.", "pt-BR"),
    ("It has 3 billion weights.", "Tem 3 mil milhões de pesos.", "pt"),
    ("An accuracy of 42.3%.", "Uma precisão de 42,3%.", "pt"),
    ("It uses 4 datasets.", "Usa quatro conjuntos.", "pt"),
    # Italian
    ("It has 3 billion weights.", "Ha 3 miliardi di pesi.", "it"),
    ("It has 12,000 users.", "Ha 12 mila utenti.", "it"),
    ("An accuracy of 42.3%.", "Una precisione del 42,3%.", "it"),
    ("It uses 2 stages.", "Usa due fasi.", "it"),
    # Russian
    ("It has 3 billion weights.", "Он имеет 3 миллиарда весов.", "ru"),
    ("It has 12,000 users.", "У него 12 тыс. пользователей.", "ru"),
    ("It is 70% faster.", "Это на 70 % быстрее.", "ru"),
    ("It uses 2 stages.", "Это двухэтапный метод.", "ru"),
    ("It uses 3 datasets.", "На трёх наборах данных.", "ru"),
    ("It takes 20 ms.", "Это занимает 20 мс.", "ru"),
    ("It gains 2 percentage points.", "Прирост 2 процентных пункта.", "ru"),
    # Polish
    ("It has 3 billion weights.", "Ma 3 miliardy wag.", "pl"),
    ("It has 12,345 users.", "Ma 12 345 użytkowników.", "pl"),
    ("An accuracy of 42.3%.", "Dokładność 42,3%.", "pl"),
    ("It uses 2 stages.", "Metoda dwuetapowa.", "pl"),
    # Dutch
    ("It has 3 billion weights.", "Het heeft 3 miljard gewichten.", "nl"),
    ("An accuracy of 42.3%.", "Een nauwkeurigheid van 42,3 procent.", "nl"),
    ("It uses 2 stages.", "Het gebruikt twee fasen.", "nl"),
    # Others
    ("It has 3 billion weights.", "Má 3 miliardy vah.", "cs"),
    ("It has 3 million users.", "Den har 3 miljoner användare.", "sv"),
    ("It has 3 million users.", "Den har 3 millioner brugere.", "da"),
    ("It has 3 million users.", "Den har 3 millioner brukere.", "no"),
    ("It has 3 million users.", "Sillä on 3 miljoonaa käyttäjää.", "fi"),
    ("It has 3 million users.", "Він має 3 мільйони користувачів.", "uk"),
    ("It has 3 million users.", "Система з 3 мільйонами користувачів.", "uk"),
    ("A 3B model.", "Model z 3 miliardami parametrów.", "pl"),
    ("A 3B model.", "Model s 3 miliardami parametrů.", "cs"),
    ("A 3B model.", "Модель с 3 миллиардами параметров.", "ru"),
    ("A 3B model.", "3 miljardin parametrin malli.", "fi"),
    ("An accuracy of 42.3%.", "Doğruluk %42,3'tür.", "tr"),
    ("An accuracy of 42.3%.", "Doğruluk yüzde 42,3'tür.", "tr"),
    ("Gains of 10-20%.", "%10-20 kazanç.", "tr"),
    ("Gains of 10-20%.", "%10 ile %20 arasında kazanç.", "tr"),
    ("An accuracy of 42.3%.", "دقة قدرها %42.3.", "ar"),
    ("It has 3 million users.", "3 milyon kullanıcısı var.", "tr"),
    ("It has 3 million users.", "Ia memiliki 3 juta pengguna.", "id"),
    ("It has 3 million users.", "Nó có 3 triệu người dùng.", "vi"),
    ("It has 1,00,000 users.", "इसके 1,00,000 उपयोगकर्ता हैं।", "hi"),
    ("It has 100,000 users.", "इसके 1 लाख उपयोगकर्ता हैं।", "hi"),
    ("It has 3 million users.", "มีผู้ใช้ 3 ล้านคน", "th"),
    ("It has 3 million users.", "لديه ٣ ملايين مستخدم.", "ar"),
    ("A summary with 42.3% and two parts.", "Two parts at 42.3 percent.", "en"),
]  # fmt: skip

WRONG = [
    ("A 3B model.", "3億パラメータのモデル。", "ja", FindingKind.NUMBER_CHANGED),
    ("A 3B model.", "3亿参数的模型。", "zh-CN", FindingKind.NUMBER_CHANGED),
    ("A 3B model.", "3억 개의 매개변수.", "ko", FindingKind.NUMBER_CHANGED),
    ("A 3B model.", "Ein Modell mit 3 Millionen Parametern.", "de", FindingKind.NUMBER_CHANGED),
    ("3 billion users.", "3 Billionen Nutzer.", "de", FindingKind.NUMBER_CHANGED),
    ("3 billion users.", "3 billions d'utilisateurs.", "fr", FindingKind.NUMBER_CHANGED),
    ("3 billion users.", "3 billones de usuarios.", "es", FindingKind.NUMBER_CHANGED),
    ("3 billion users.", "3 миллиона пользователей.", "ru", FindingKind.NUMBER_CHANGED),
    ("3 billion users.", "3 milhões de usuários.", "pt-BR", FindingKind.NUMBER_CHANGED),
    ("3 billion users.", "3 milioni di utenti.", "it", FindingKind.NUMBER_CHANGED),
    ("3 billion users.", "3 biliony użytkowników.", "pl", FindingKind.NUMBER_CHANGED),
    ("An accuracy of 42.3%.", "Doğruluk 42,3.", "tr", FindingKind.UNIT_CHANGED),
    ("3 billion users.", "3 miljoen gebruikers.", "nl", FindingKind.NUMBER_CHANGED),
    ("It has 10K users.", "它有10万名用户。", "zh-CN", FindingKind.NUMBER_CHANGED),
    ("It has 10K users.", "它有10名用户。", "zh-CN", FindingKind.NUMBER_CHANGED),
    ("It is 3.5 times faster.", "35倍高速である。", "ja", FindingKind.NUMBER_CHANGED),
    ("It is 71 ms.", "Es sind 17 ms.", "de", FindingKind.NUMBER_CHANGED),
    ("It has 1,234 users.", "它有1.234名用户。", "zh-CN", FindingKind.NUMBER_CHANGED),
    ("In 2019 it was made.", "它于2018年制成。", "zh-CN", FindingKind.NUMBER_CHANGED),
    ("One third of it.", "它的四分之一。", "zh-CN", FindingKind.NUMBER_CHANGED),
    ("It has two parts.", "它由三个部分组成。", "zh-CN", FindingKind.NUMBER_CHANGED),
    ("The third model wins.", "第二个模型获胜。", "zh-CN", FindingKind.NUMBER_CHANGED),
    ("It has two parts.", "3つの部分からなる。", "ja", FindingKind.NUMBER_CHANGED),
    ("The third model wins.", "第2のモデルが勝つ。", "ja", FindingKind.NUMBER_CHANGED),
    ("3D scenes are rendered.", "渲染二维场景。", "zh-CN", FindingKind.NUMBER_CHANGED),
    ("It takes 5 ms.", "它需要5秒。", "zh-CN", FindingKind.UNIT_CHANGED),
    ("It takes 5 ms.", "5秒かかる。", "ja", FindingKind.UNIT_CHANGED),
    ("It takes 5 ms.", "5초가 걸린다.", "ko", FindingKind.UNIT_CHANGED),
    ("It takes 5 ms.", "Es dauert 5 Sekunden.", "de", FindingKind.UNIT_CHANGED),
    ("It takes 5 ms.", "Это занимает 5 секунд.", "ru", FindingKind.UNIT_CHANGED),
    ("It uses 64 GB.", "它使用64 MB内存。", "zh-CN", FindingKind.UNIT_CHANGED),
    ("It is 70% faster.", "70高速である。", "ja", FindingKind.UNIT_CHANGED),
    ("It is 70% faster.", "70倍高速である。", "ja", FindingKind.UNIT_CHANGED),
    ("It costs 5 euros.", "它的价格是5美元。", "zh-CN", FindingKind.UNIT_CHANGED),
    ("It uses 12 datasets.", "データセットを使う。", "ja", FindingKind.NUMBER_MISSING),
    ("From 10 to 20 ms.", "10毫秒。", "zh-CN", FindingKind.NUMBER_MISSING),
    ("It uses 17 datasets.", "Usa conjuntos de datos.", "es", FindingKind.NUMBER_MISSING),
    ("It uses fifty datasets.", "它使用了数据集。", "zh-CN", FindingKind.NUMBER_MISSING),
    ("It uses many datasets.", "它使用了37个数据集。", "zh-CN", FindingKind.NUMBER_EXTRA),
    ("It is much faster.", "5倍高速である。", "ja", FindingKind.NUMBER_EXTRA),
    ("It is much faster.", "Es ist 5-mal schneller.", "de", FindingKind.NUMBER_EXTRA),
    ("Most of it fails.", "它的三分之二失败。", "zh-CN", FindingKind.NUMBER_EXTRA),
]  # fmt: skip


def _findings(
    source: str, target: str, language: str, kind: TextKind = TextKind.TRANSLATION
) -> list[Finding]:
    return number_findings([(source, target)], language, kind)


@pytest.mark.parametrize(("source", "target", "language"), SAME)
def test_numbers_that_say_the_same(source: str, target: str, language: str) -> None:
    assert _findings(source, target, language) == []


@pytest.mark.parametrize(("source", "target", "language", "kind"), WRONG)
def test_numbers_that_do_not(source: str, target: str, language: str, kind: FindingKind) -> None:
    found = _findings(source, target, language)
    assert [one.kind for one in found] == [kind]
    assert found[0].severity is Severity.MAJOR
    assert found[0].source in source
    assert found[0].target in target


def test_each_finding_tells_its_kind_and_both_spans() -> None:
    source = "It has 12 layers, 3B weights and takes 40 ms."
    target = "30億の重みを持ち、50ミリ秒かかり、99人が使う。"
    found = _findings(source, target, "ja")
    assert [(one.kind, one.source, one.target) for one in found] == [
        (FindingKind.NUMBER_CHANGED, "40 ms", "50ミリ秒"),
        (FindingKind.NUMBER_CHANGED, "12", "99"),
    ]


def test_a_number_may_move_into_another_sentence() -> None:
    pairs = [("It has 12 layers.", "层。"), ("It takes 40 ms.", "它有12层，需要40毫秒。")]
    assert number_findings(pairs, "zh-CN", TextKind.TRANSLATION) == []
    swapped = [("It has 12 layers.", "需要40毫秒。"), ("It takes 40 ms.", "它有12层。")]
    assert number_findings(swapped, "zh-CN", TextKind.TRANSLATION) == []


def test_a_number_said_twice_is_needed_twice() -> None:
    found = _findings("From 40 ms to 40 ms.", "40毫秒。", "zh-CN")
    assert [one.kind for one in found] == [FindingKind.NUMBER_MISSING]


def test_a_summary_may_leave_numbers_out_but_not_invent_any() -> None:
    source = "With 12 layers it gains 3.5% and takes 40 ms."
    assert _findings(source, "精度が上がる。", "ja", TextKind.SUMMARY) == []
    assert _findings(source, "3.5%向上する。", "ja", TextKind.SUMMARY) == []
    assert _findings(source, "It gains 3.5%.", "en", TextKind.SUMMARY) == []
    counted = "With two stages, 5% of 5 layers."
    assert _findings(counted, "5層を使う3つの工夫。", "ja", TextKind.SUMMARY) == []
    assert _findings(counted, "5层，三个优点。", "zh-CN", TextKind.SUMMARY) == []
    for invented in ("7.5%向上する。", "3.5倍になる。", "40秒かかる。", "120層である。"):
        found = _findings(source, invented, "ja", TextKind.SUMMARY)
        assert [one.severity for one in found] == [Severity.MAJOR], invented


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("It uses two of them.", "它使用它们。", "zh-CN"),
        ("It has 3 parts.", "בנוי מחלקים.", "he"),
        ("It gains 26.38 F1.", "F1提升26.38%。", "zh-CN"),
        ("It gains 2 percentage points.", "提升2%。", "zh-CN"),
    ],
)
def test_what_may_be_meant_so_is_minor(source: str, target: str, language: str) -> None:
    assert [one.severity for one in _findings(source, target, language)] == [Severity.MINOR]


def test_digits_and_what_a_name_says_are_not_asked_twice() -> None:
    assert _findings("We test GPT-4.", "我们测试了该模型。", "zh-CN") == []  # the names' check
    assert _findings("We test Mistral-7B.", "我们测试了Mistral-7亿。", "zh-CN") != []


def test_nothing_has_no_findings() -> None:
    assert number_findings([], "ja", TextKind.TRANSLATION) == []
    assert number_findings([("", "")], "ja", TextKind.TRANSLATION) == []
