"""One translation in every language of the bot: it passes, and three errors in it are found."""

import pytest

from bot.enrich.check import check_texts
from bot.languages import ENGLISH, LANGUAGES
from bot.models import FindingKind, Severity, Verdict

SOURCE = (
    "We propose a cache for language models that learns which answers to keep. It "
    "reaches 42.3\\% on GSM8K with 3B parameters and is 9.2x faster. Code is at "
    "https://example.org/Cache."
)
TRANSLATIONS = {
    "hr": (
        "Predlažemo predmemoriju za jezične modele koja uči koje odgovore treba zadržati. "
        "Postiže 42,3 % na GSM8K s 3 milijarde parametara i 9,2 puta je brža. Kod je na "
        "https://example.org/Cache."
    ),
    "lt": (
        "Siūlome kalbos modelių talpyklą, kuri mokosi, kuriuos atsakymus palikti. Ji "
        "pasiekia 42,3 % GSM8K teste su 3 milijardais parametrų ir yra 9,2 karto "
        "greitesnė. Kodas yra adresu https://example.org/Cache."
    ),
    "bg": (
        "Предлагаме кеш за езикови модели, който се учи кои отговори да запази. Той "
        "достига 42,3 % на GSM8K с 3 милиарда параметъра и е 9,2 пъти по-бърз. Кодът е на "
        "https://example.org/Cache."
    ),
    "ro": (
        "Propunem un cache pentru modele de limbaj care învață ce răspunsuri să păstreze. "
        "Atinge 42,3% pe GSM8K cu 3 miliarde de parametri și este de 9,2 ori mai rapid. "
        "Codul este la https://example.org/Cache."
    ),
    "hu": (
        "Olyan gyorsítótárat javaslunk nyelvi modellekhez, amely megtanulja, mely "
        "válaszokat érdemes megtartani. 42,3%-ot ér el a GSM8K-n 3 milliárd paraméterrel, "
        "és 9,2-szer gyorsabb. A kód itt található: https://example.org/Cache."
    ),
    "el": (
        "Προτείνουμε μια κρυφή μνήμη για γλωσσικά μοντέλα που μαθαίνει ποιες απαντήσεις "
        "να κρατά. Φτάνει το 42,3% στο GSM8K με 3 δισεκατομμύρια παραμέτρους και είναι "
        "9,2 φορές ταχύτερη. Ο κώδικας είναι στο https://example.org/Cache."
    ),
    "cs": (
        "Navrhujeme mezipaměť pro jazykové modely, která se učí, které odpovědi si "
        "ponechat. Dosahuje 42,3 % na GSM8K se 3 miliardami parametrů a je 9,2krát "
        "rychlejší. Kód je na https://example.org/Cache."
    ),
    "fi": (
        "Ehdotamme kielimalleille välimuistia, joka oppii, mitkä vastaukset kannattaa "
        "säilyttää. Se saavuttaa 42,3 % GSM8K:ssa 3 miljardilla parametrilla ja on 9,2 "
        "kertaa nopeampi. Koodi on osoitteessa https://example.org/Cache."
    ),
    "sv": (
        "Vi föreslår en cache för språkmodeller som lär sig vilka svar som ska sparas. "
        "Den når 42,3 % på GSM8K med 3 miljarder parametrar och är 9,2 gånger snabbare. "
        "Koden finns på https://example.org/Cache."
    ),
    "da": (
        "Vi foreslår en cache til sprogmodeller, der lærer, hvilke svar der skal gemmes. "
        "Den når 42,3 % på GSM8K med 3 milliarder parametre og er 9,2 gange hurtigere. "
        "Koden findes på https://example.org/Cache."
    ),
    "no": (
        "Vi foreslår en hurtigbuffer for språkmodeller som lærer hvilke svar som skal "
        "beholdes. Den når 42,3 % på GSM8K med 3 milliarder parametere og er 9,2 ganger "
        "raskere. Koden ligger på https://example.org/Cache."
    ),
    "nl": (
        "We stellen een cache voor taalmodellen voor die leert welke antwoorden bewaard "
        "moeten worden. Hij haalt 42,3% op GSM8K met 3 miljard parameters en is 9,2 keer "
        "sneller. De code staat op https://example.org/Cache."
    ),
    "uk": (
        "Ми пропонуємо кеш для мовних моделей, який вчиться, які відповіді зберігати. Він "
        "досягає 42,3 % на GSM8K із 3 мільярдами параметрів і працює в 9,2 раза швидше. "
        "Код доступний за адресою https://example.org/Cache."
    ),
    "ru": (
        "Мы предлагаем кэш для языковых моделей, который учится, какие ответы хранить. Он "
        "достигает 42,3 % на GSM8K с 3 миллиардами параметров и работает в 9,2 раза "
        "быстрее. Код доступен по адресу https://example.org/Cache."
    ),
    "pl": (
        "Proponujemy pamięć podręczną dla modeli językowych, która uczy się, które "
        "odpowiedzi zachować. Osiąga 42,3% na GSM8K z 3 miliardami parametrów i jest 9,2 "
        "razy szybsza. Kod znajduje się pod adresem https://example.org/Cache."
    ),
    "tr": (
        "Dil modelleri için hangi yanıtların saklanacağını öğrenen bir önbellek "
        "öneriyoruz. 3 milyar parametreyle GSM8K üzerinde %42,3'e ulaşır ve 9,2 kat daha "
        "hızlıdır. Kod https://example.org/Cache adresindedir."
    ),
    "de": (
        "Wir schlagen einen Cache für Sprachmodelle vor, der lernt, welche Antworten "
        "behalten werden sollen. Er erreicht 42,3 % auf GSM8K mit 3 Milliarden Parametern "
        "und ist 9,2-mal schneller. Der Code liegt unter https://example.org/Cache."
    ),
    "fr": (
        "Nous proposons un cache pour les modèles de langue qui apprend quelles réponses "
        "conserver. Il atteint 42,3 % sur GSM8K avec 3 milliards de paramètres et est 9,2 "
        "fois plus rapide. Le code est disponible sur https://example.org/Cache."
    ),
    "es": (
        "Proponemos una caché para modelos de lenguaje que aprende qué respuestas "
        "conservar. Alcanza el 42,3 % en GSM8K con 3 mil millones de parámetros y es 9,2 "
        "veces más rápida. El código está en https://example.org/Cache."
    ),
    "it": (
        "Proponiamo una cache per modelli linguistici che impara quali risposte "
        "conservare. Raggiunge il 42,3% su GSM8K con 3 miliardi di parametri ed è 9,2 "
        "volte più veloce. Il codice è su https://example.org/Cache."
    ),
    "pt-BR": (
        "Propomos um cache para modelos de linguagem que aprende quais respostas manter. "
        "Ele atinge 42,3% no GSM8K com 3 bilhões de parâmetros e é 9,2 vezes mais rápido. "
        "O código está em https://example.org/Cache."
    ),
    "ko": (
        "어떤 답을 유지할지 학습하는 언어 모델용 캐시를 "
        "제안한다. 30억 개의 매개변수로 GSM8K에서 "
        "42.3%를 달성하며 9.2배 빠르다. 코드는 "
        "https://example.org/Cache 에 있다."
    ),
    "zh-TW": (
        "我們提出一種用於語言模型的快取，它學習應保留哪些答案。它以30億參數在GSM8K"
        "上達到42.3%，並且快9.2倍。程式碼位於 https://example.o"
        "rg/Cache。"
    ),
    "ja": (
        "どの回答を保持すべきかを学習する言語モデル用キャッシュを提案する。30億パラメー"
        "タでGSM8Kにおいて42.3%に達し、9.2倍高速である。コードは https"
        "://example.org/Cache にある。"
    ),
    "zh-CN": (
        "我们提出一种用于语言模型的缓存，它学习应保留哪些答案。它以30亿参数在GSM8K"
        "上达到42.3%，并且快9.2倍。代码位于 https://example.or"
        "g/Cache。"
    ),
    "vi": (
        "Chúng tôi đề xuất một bộ nhớ đệm cho các mô hình ngôn ngữ, học cách chọn câu trả "
        "lời nào cần giữ. Nó đạt 42,3% trên GSM8K với 3 tỷ tham số và nhanh hơn 9,2 lần. "
        "Mã nguồn có tại https://example.org/Cache."
    ),
    "id": (
        "Kami mengusulkan cache untuk model bahasa yang belajar jawaban mana yang perlu "
        "disimpan. Cache ini mencapai 42,3% pada GSM8K dengan 3 miliar parameter dan 9,2 "
        "kali lebih cepat. Kode tersedia di https://example.org/Cache."
    ),
    "ar": (
        "نقترح ذاكرة تخزين مؤقت لنماذج اللغة تتعلم أي الإجابات يجب الاحتفاظ بها. وتصل إلى "
        "42.3% على GSM8K باستخدام 3 مليارات معلمة وهي أسرع 9.2 مرة. الشيفرة متاحة على "
        "https://example.org/Cache."
    ),
    "he": (
        "אנו מציעים מטמון למודלי שפה שלומד אילו תשובות כדאי לשמור. הוא מגיע ל-42.3% "
        "ב-GSM8K עם 3 מיליארד פרמטרים ומהיר פי 9.2. הקוד נמצא בכתובת "
        "https://example.org/Cache."
    ),
    "fa": (
        "ما حافظه‌ای نهان برای مدل‌های زبانی پیشنهاد می‌کنیم که یاد می‌گیرد کدام پاسخ‌ها "
        "را نگه دارد. این حافظه با ۳ میلیارد پارامتر به ۴۲٫۳٪ در GSM8K می‌رسد و ۹٫۲ برابر "
        "سریع‌تر است. کد در https://example.org/Cache موجود است."
    ),
    "hi": (
        "हम भाषा मॉडलों के लिए एक कैश प्रस्तावित करते हैं जो सीखता है कि कौन से उत्तर "
        "रखने हैं। यह 3 अरब पैरामीटर के साथ GSM8K पर 42.3% तक पहुँचता है और 9.2 गुना तेज़ "
        "है। कोड https://example.org/Cache पर है।"
    ),
}
NOT_HERE = {"pt", "th"}  # pt is as pt-BR; Thai has no ends of sentences to align by


def _major(target: str, language: str) -> set[FindingKind]:
    found = check_texts(SOURCE, target, language).findings
    return {one.kind for one in found if one.severity is Severity.MAJOR}


def test_every_language_is_here() -> None:
    assert TRANSLATIONS.keys() | NOT_HERE | {ENGLISH} == LANGUAGES.keys()


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_passes(language: str) -> None:
    assert check_texts(SOURCE, TRANSLATIONS[language], language).verdict is not Verdict.FAIL


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize(
    ("right", "wrong", "kinds"),
    [
        ("42.3", "43.2", {FindingKind.NUMBER_CHANGED}),
        ("42,3", "43,2", {FindingKind.NUMBER_CHANGED}),
        ("۴۲٫۳", "۴۳٫۲", {FindingKind.NUMBER_CHANGED}),
        # With an ending (`GMS8K-n`) it is a name that the source does not have.
        ("GSM8K", "GMS8K", {FindingKind.NAME_CHANGED, FindingKind.NAME_EXTRA}),
        ("/Cache", "/cache", {FindingKind.URL_CHANGED}),
    ],
)
def test_an_error_is_found(language: str, right: str, wrong: str, kinds: set[FindingKind]) -> None:
    target = TRANSLATIONS[language]
    found = _major(target.replace(right, wrong), language)
    assert bool(kinds & found) is (right in target)
