"""Units behind numbers, as signs and as words of many languages. Pure.

A unit is a dimension and a size in it, so that 500 ms is 0.5 s and not 500 s. Only units that
are known count: an unknown word behind a number says nothing.
"""

import re
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Unit:
    """What is measured (`time`), and how many of its base unit this one is."""

    dimension: str
    size: Decimal = Decimal(1)


PERCENT = Unit("percent", Decimal("0.01"))
POINTS = Unit("points", Decimal("0.01"))
"""Percentage points: a difference, where percent is a ratio."""
TIMES = Unit("times")
SPACE = Unit("space dimensions")


def _units(dimension: str, table: str) -> dict[str, Unit]:
    """`sign=size` or `sign`, parted by spaces; words of a sign are joined by `|`."""
    found: dict[str, Unit] = {}
    for entry in table.split():
        names, _, size = entry.partition("=")
        for name in names.split("|"):
            found[name.replace("_", " ")] = Unit(dimension, Decimal(size or 1))
    return found


def _scaled(dimension: str, signs: str, prefixes: str) -> dict[str, Unit]:
    steps = {"p": "1e-12", "n": "1e-9", "μ": "1e-6", "u": "1e-6", "m": "1e-3", "c": "1e-2"}
    steps |= {"": "1", "k": "1e3", "K": "1e3", "M": "1e6", "G": "1e9", "T": "1e12", "P": "1e15"}
    return {
        f"{prefix.replace('-', '')}{sign}": Unit(dimension, Decimal(steps[prefix.replace("-", "")]))
        for sign in signs.split()
        for prefix in prefixes.split()
    }


_SIGNS: dict[str, Unit] = {
    **_scaled("time", "s sec", "p n μ u m -"),
    **_units("time", "min=60 mins=60 h=3600 hr=3600 hrs=3600"),
    **_scaled("length", "m", "p n μ u m c - k"),
    **_units("length", "Å=1e-10 pc=3.0857e16 kpc=3.0857e19 Mpc=3.0857e22 Gpc=3.0857e25"),
    **_scaled("frequency", "Hz", "m - k M G T"),
    **_scaled("bytes", "B", "k K M G T P"),
    **_units("bytes", "KiB=1024 MiB=1048576 GiB=1073741824 TiB=1099511627776"),
    **_units("bytes", "Ko=1e3 Mo=1e6 Go=1e9 To=1e12"),
    **_scaled("bit rate", "bps b/s bit/s", "- k K M G T"),
    **_scaled("energy", "eV", "μ m - k M G T"),
    **_scaled("power", "W", "n μ m - k M G"),
    **_scaled("voltage", "V", "μ m - k"),
    **_scaled("mass", "g", "n μ m - k"),
    **_scaled("pressure", "Pa", "- k M G"),
    **_scaled("joules", "J", "n m k M"),
    **_units("watt hours", "Wh kWh=1e3 MWh=1e6 GWh=1e9 TWh=1e12"),
    **_units("decibels", "dB dBm=1"),
    **_units("temperature", "°C ℃"),
    **_units("fahrenheit", "°F ℉"),
    **_units("angle", "° deg"),
    **_units("dollars", "USD US$"),
    **_units("euros", "€ EUR"),
    **_units("pounds", "£ GBP"),
    "%": PERCENT,
    "x": TIMES,
    "X": TIMES,
    "×": TIMES,
    "D": SPACE,
    "pp": POINTS,
    "%p": POINTS,
    "\\times": TIMES,
}

_ENGLISH_AND_EUROPEAN: dict[str, Unit] = {
    **_units(
        "time",
        "nanosecond|nanoseconds|nanosekunden|nanosecondes|nanosegundos|nanosecondi|наносекунд=1e-9 "
        "microsecond|microseconds|mikrosekunden|microsecondes|microsegundos|microsecondi|"
        "микросекунд|mikrosekund=1e-6 "
        "millisecond|milliseconds|millisekunden|millisekunde|millisecondes|milisegundos|"
        "milissegundos|millisecondi|milliseconden|миллисекунд|мілісекунд|milisekund|milisekundy|"
        "millisekunder|millisekund|millisekuntia|мс|msec=1e-3 "
        "second|seconds|secs|sekunde|sekunden|seconde|secondes|segundo|segundos|secondi|secondo|"
        "seconden|секунд|секунды|секунда|секунду|секунди|sekund|sekundy|sekunda|sekunder|sekuntia|"
        "сек|с=1 "
        "minute|minutes|minuten|minuto|minutos|minuti|minuut|минут|минуты|минута|минуту|хвилин|"
        "хвилини|minut|minuty|minuta|minutter|minuter|minuuttia|мин=60 "
        "hour|hours|stunde|stunden|heure|heures|hora|horas|ora|ore|uur|uren|час|часа|часов|годин|"
        "години|godzin|godziny|godzina|timer|timmar|timme|tuntia|hodin|hodiny=3600 "
        "day|days|tag|tage|tagen|jour|jours|día|días|dia|dias|giorno|giorni|dag|dagen|день|дня|"
        "дней|днів|dni|dzień|dage|dager|dagar|päivää|dny|dnů=86400 "
        "week|weeks|woche|wochen|semaine|semaines|semana|semanas|settimana|settimane|weken|"
        "недель|недели|неделя|тижнів|тижні|tygodni|tygodnie|uger|uker|veckor|viikkoa|týdnů=604800",
    ),
    **_units(
        "calendar months",
        "month|months|monat|monate|monaten|mois|mes|meses|mês|mese|mesi|maand|maanden|месяц|месяца|"
        "месяцев|місяців|місяці|miesiąc|miesiące|miesięcy|måneder|månader|kuukautta|měsíců=1 "
        "year|years|jahr|jahre|jahren|an|ans|année|années|año|años|ano|anos|anno|anni|jaar|год|"
        "года|лет|рік|роки|років|rok|lata|lat|år|vuotta|let=12 "
        "decade|decades|jahrzehnt|jahrzehnte|jahrzehnten|décennie|décennies|década|décadas|decennio|"
        "decenni|decennium|decennia|десятилетий|десятилетия=120",
    ),
    **_units(
        "length",
        "nanometer|nanometers|nanometre|nanometres|nanomètres|nanómetros|nanometri|нм|нанометров"
        "=1e-9 micrometer|micrometers|micron|microns|mikrometer|micromètres|micrómetros|мкм=1e-6 "
        "millimeter|millimeters|millimetre|millimetres|millimètres|milímetros|millimetri|мм=1e-3 "
        "centimeter|centimeters|centimetre|centimetres|zentimeter|centimètres|centímetros|"
        "centimetri|см=1e-2 meter|meters|metre|metres|metern|mètre|mètres|metro|metros|metri|метр|"
        "метра|метров|metrów|metry|metriä=1 kilometer|kilometers|kilometre|kilometres|kilometern|"
        "kilomètres|kilómetros|quilômetros|quilómetros|chilometri|км|километров|kilometrów|"
        "kilometriä=1000",
    ),
    **_units("frequency", "hertz|гц=1 kilohertz|кгц=1e3 megahertz|мгц=1e6 gigahertz|ггц=1e9"),
    **_units(
        "bytes",
        "kilobyte|kilobytes|кб=1e3 megabyte|megabytes|мб|мбайт=1e6 gigabyte|gigabytes|гб|гбайт"
        "=1e9 terabyte|terabytes|тб|тбайт=1e12 petabyte|petabytes|пб=1e15",
    ),
    **_units("energy", "эв=1 кэв=1e3 мэв=1e6 гэв=1e9 тэв=1e12"),
    **_units("mass",
        "kilogram|kilograms|kilogramm|kilogrammes|kilogramos|кг=1e3 gram|grams|gramm=1",
    ),
    **_units("power", "watt|watts|вт=1 kilowatt|kilowatts|квт=1e3 megawatt|megawatts|мвт=1e6"),
    **_units("kelvin", "kelvin|кельвин|кельвинов"),
    **_units("tesla", "tesla|тесла|tesli"),
    **_units("decibels", "decibel|decibels|дб|dezibel|décibels|decibelios|decibéis"),
    **_units("angle", "degree|degrees|degrés|grados|graus|gradi|graden|градусов|stopni"),
    **_units("dollars", "dollar|dollars|dólares|dollari|долларов|доларів|dolarów"),
    **_units("euros", "euro|euros|евро|євро"),
    **dict.fromkeys(
        [
            "percent", "pct", "prozent", "pourcent", "procent", "procento", "procenta", "prosent",
            "prosenttia", "процент", "процента", "процентов", "відсоток", "відсотка", "відсотків",
            "процентних", "yüzde", "persen", "százalék", "százalékos", "procente",
        ],
        PERCENT,
    ),
    **dict.fromkeys(
        ["prozentpunkt", "prozentpunkte", "prozentpunkten", "procentpunt", "procentpoint",
         "procentenheter", "procentpunten", "prosentpoeng", "prosenttiyksikköä"],
        POINTS,
    ),
    **dict.fromkeys(
        [
            "fold", "times", "fach", "fache", "fachen", "facher", "faches", "mal", "fois", "veces",
            "vezes", "volte", "раз", "раза", "разів", "рази", "razy", "keer", "maal", "gånger",
            "gange", "ganger", "kertaa", "kertainen", "krát", "kat", "кратный", "кратное",
            "кратного", "krotny", "krotne", "krotnie", "voudige", "voudig", "faldig", "faldigt",
        ],
        TIMES,
    ),
    **dict.fromkeys(["dimensional", "dimensions", "dimensionale", "dimensionalen"], SPACE),
}  # fmt: skip

# Percent in two words, and percentage points.
_PHRASES = (
    (
        POINTS,
        (
            r"(?:%|percent(?:age)?|prozent)[ -]?points?\b|points? de pourcentage|puntos? porcentual"
            r"|pontos? percentua|punt[oi] percentual|процентн\w{0,3} пункт|відсотков\w{0,3} пункт"
            r"|punkt\w{0,3} procentow|procentní\w{0,2} bod|%-?p(?:oints?|unkt\w*)\b"
            r"|个?百分点|個?百分點|パーセント・?ポイント|%・?ポイント|퍼센트 ?포인트|%p\b|% ?포인트"
        ),
    ),
    (
        PERCENT,
        (
            r"per ?cent\b|pour ?cent|por ?cien(?:to)?\b|por ?cento|퍼센트"
            r"|프로(?=[의가는를 ])|パーセント"
        ),
    ),
)
_PHRASE = re.compile(
    "|".join(f"(?P<p{at}>{pattern})" for at, (_, pattern) in enumerate(_PHRASES)), re.IGNORECASE
)

_ASIAN: dict[str, Unit] = {
    **_units(
        "time",
        "纳秒|奈秒|納秒|ナノ秒|나노초=1e-9 微秒|マイクロ秒|마이크로초=1e-6 毫秒|ミリ秒|밀리초=1e-3 "
        "秒钟|秒鐘|秒間|秒|초=1 分钟|分鐘|分間|분=60 小时|小時|時間|시간=3600 "
        "天|日間|일=86400 周|星期|个星期|個星期|週間|週|주=604800",
    ),
    **_units("calendar months", "个月|個月|か月|カ月|ヶ月|ヵ月|개월=1 年間|年|년=12"),
    **_units(
        "length",
        "纳米|奈米|ナノメートル|나노미터=1e-9 微米|マイクロメートル|ミクロン|마이크로미터=1e-6 "
        "毫米|ミリメートル|밀리미터=1e-3 厘米|公分|センチメートル|センチ|센티미터=1e-2 "
        "米|公尺|メートル|미터=1 千米|公里|キロメートル|킬로미터=1e3",
    ),
    **_units(
        "frequency",
        "赫兹|赫茲|ヘルツ|헤르츠=1 千赫|千赫兹|キロヘルツ|킬로헤르츠=1e3 兆赫|兆赫兹|メガヘルツ|"
        "메가헤르츠=1e6 千兆赫|千兆赫兹|吉赫|吉赫兹|ギガヘルツ|기가헤르츠=1e9 "
        "太赫兹|太赫|テラヘルツ|테라헤르츠=1e12",
    ),
    **_units(
        "bytes",
        "千字节|キロバイト|킬로바이트=1e3 兆字节|メガバイト|메가바이트=1e6 千兆字节|吉字节|"
        "ギガバイト|기가바이트=1e9 太字节|テラバイト|테라바이트=1e12",
    ),
    **_units("energy", "电子伏特|电子伏|電子伏特|電子ボルト|전자볼트=1"),
    **_units(
        "mass", "毫克|ミリグラム|밀리그램=1e-3 公斤|千克|キログラム|킬로그램=1e3 克|グラム|그램=1"
    ),
    **_units(
        "power", "毫瓦|ミリワット=1e-3 瓦特|瓦|ワット|와트=1 千瓦|キロワット|킬로와트=1e3 兆瓦=1e6"
    ),
    **_units("voltage", "毫伏=1e-3 伏特|伏|ボルト|볼트=1"),
    **_units("pressure", "帕斯卡|帕|パスカル|파스칼=1 千帕=1e3 兆帕|メガパスカル=1e6 吉帕=1e9"),
    **_units("months of the year", "月份|月|월"),
    **_units("kelvin", "开尔文|開爾文|克耳文|ケルビン|켈빈"),
    **_units("tesla", "特斯拉|テスラ|테슬라"),
    **_units("decibels", "分贝|分貝|デシベル|데시벨"),
    **_units("temperature", "摄氏度|攝氏度"),
    **_units("dollars", "美元|美金|米ドル|ドル|달러"),
    **_units("euros", "欧元|歐元|ユーロ|유로"),
    **_units("pounds", "英镑|英鎊|ポンド|파운드"),
    **dict.fromkeys(["倍", "배"], TIMES),
    **dict.fromkeys(["维", "維", "次元", "차원"], SPACE),
}
_ASIAN_UNIT = re.compile("|".join(sorted(_ASIAN, key=len, reverse=True)))
_BETWEEN = re.compile(r"(?:[ ~$}+\-]|\\[,;:! ]|\{){0,4}")
_SIGN = re.compile(r"\\?%(?:p(?![A-Za-z]))?|\\times\b|×|[°℃℉](?: ?[CF]\b)?|[€£]|US\$")
# Latin, Greek and Cyrillic letters: 60 GHz的 ends with its unit. A μ may stand apart.
_WORD = re.compile(r"μ (?=[smgJWVA]\b)[a-zA-Z]{1,2}|[A-Za-zÀ-ɏͰ-ԯ]{1,24}(?:/s(?![a-z]))?")
_PERCENT_FIRST = frozenset({"tr", "ar", "fa", "he"})
_PERCENT_BEFORE = re.compile(
    r"(?:(?:^|[^\d\s]) ?\\?% ?|\byüzde )(?:\d{1,4}(?:[.,]\d{1,4})? ?[-~] ?)?$", re.IGNORECASE
)
_TIGHT = frozenset("xXD")
"""Letters that are units only right behind their number: a lone x is a variable."""


def unit_at(text: str, at: int) -> tuple[Unit | None, int]:
    """The unit that a number ending at `at` of a narrow text has, and where the unit ends."""
    between = _BETWEEN.match(text, at)
    start = between.end() if between else at
    if start >= len(text):
        return None, at
    if phrase := _PHRASE.match(text, start):
        return _PHRASES[0 if phrase["p0"] else 1][0], phrase.end()
    if sign := _SIGN.match(text, start):
        shown = sign.group().replace(" ", "")
        return _SIGNS.get(shown) or _SIGNS.get(shown.lstrip("\\")), sign.end()
    if asian := _ASIAN_UNIT.match(text, start):
        return _ASIAN[asian.group()], asian.end()
    if word := _WORD.match(text, start):
        if text[word.end() : word.end() + 6] == "-ahead":  # 2024 day-ahead prices
            return None, at
        return _by_word(word.group().replace(" ", ""), tight=start - at <= 1), word.end()
    return None, at


def percent_before(text: str, start: int, language: str) -> bool:
    """Whether percent stands before a number of a narrow text, as in Turkish: `%42,3`, `%10-20`."""
    if language not in _PERCENT_FIRST:
        return False
    return _PERCENT_BEFORE.search(text[max(0, start - 18) : start]) is not None


def _by_word(word: str, *, tight: bool) -> Unit | None:
    if word in _TIGHT and not tight:
        return None
    return _SIGNS.get(word) or _ENGLISH_AND_EUROPEAN.get(word.lower())
