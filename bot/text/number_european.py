"""Words for numbers in languages with an alphabet: magnitudes of all, small numbers of most. Pure.

Magnitudes follow the long or the short scale as each language does: a German Billion is 10^12.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache

from bot.text.number_digits import product
from bot.text.number_words import Spelled

_K, _M, _B, _T = 10**3, 10**6, 10**9, 10**12
_MAGNITUDES: Mapping[str, tuple[tuple[int, str], ...]] = {
    "en": ((100, "hundred"), (_K, "thousand"), (_M, "million mn mln"), (_B, "billion bn"),
           (_T, "trillion tn")),
    "de": ((100, "hundert"), (_K, "tausend tsd"), (_M, "million millionen mio"),
           (_B, "milliarde milliarden mrd"), (_T, "billion billionen bio")),
    "fr": ((100, "cent cents"), (_K, "mille milliers millier"), (_M, "million millions"),
           (_B, "milliard milliards md mds"), (_T, "billion billions")),
    "es": ((100, "cien cientos"), (_K, "mil miles"), (_M, "millón millones mill"),
           (_B, "millardo millardos"), (_T, "billón billones")),
    "it": ((100, "cento"), (_K, "mila mille migliaia"), (_M, "milione milioni mln"),
           (_B, "miliardo miliardi mld"), (_T, "bilione bilioni trilione trilioni")),
    "pt": ((100, "cem centenas"), (_K, "mil milhares"), (_M, "milhão milhões"),
           (_B, "bilhão bilhões bi"), (_T, "trilhão trilhões bilião biliões")),
    "nl": ((100, "honderd"), (_K, "duizend"), (_M, "miljoen mln"), (_B, "miljard mld"),
           (_T, "biljoen")),
    "sv": ((100, "hundra"), (_K, "tusen"), (_M, "miljon miljoner mn"), (_B, "miljard miljarder md"),
           (_T, "biljon biljoner")),
    "da": ((100, "hundrede"), (_K, "tusind tusinde"), (_M, "million millioner mio"),
           (_B, "milliard milliarder mia"), (_T, "billion billioner")),
    "no": ((100, "hundre"), (_K, "tusen"), (_M, "million millioner mill"),
           (_B, "milliard milliarder mrd"), (_T, "billion billioner")),
    "fi": ((100, "sata sataa sadan"), (_K, "tuhat tuhatta tuhannen tuhannella"),
           (_M, "miljoona miljoonaa miljoonan miljoonalla milj"),
           (_B, "miljardi miljardia miljardin miljardilla mrd"),
           (_T, "biljoona biljoonaa biljoonan biljoonalla")),
    "pl": ((100, "sto"), (_K, "tysiąc tysiące tysięcy tysiącom tysiącami tysiącach tys"),
           (_M, "milion miliony milionów milionom milionami milionach milionem miliona mln"),
           (_B, "miliard miliardy miliardów miliardom miliardami miliardach miliarda mld"),
           (_T, "bilion biliony bilionów bilionom bilionami bilionach bilionem biliona bln")),
    "cs": ((100, "sto"), (_K, "tisíc tisíce tisíců tisícům tisíci tisících tis"),
           (_M, "milion miliony milionů milionům milionech milionem milionu milión mil"),
           (_B, "miliarda miliardy miliard miliardám miliardami miliardách miliardou mld"),
           (_T, "bilion biliony bilionů bilionům bilionech bilionem bilionu")),
    "ru": ((100, "сто"), (_K, "тысяча тысячи тысяч тысячам тысячами тысячах тысячу тысячей тыс"),
           (_M, "миллион миллиона миллионы миллионов миллионам миллионами миллионах млн"),
           (_B, "миллиард миллиарда миллиарды миллиардов миллиардам миллиардами миллиардах млрд"),
           (_T, "триллион триллиона триллионы триллионов триллионам триллионами трлн")),
    "uk": ((100, "сто"), (_K, "тисяча тисячі тисяч тисячам тисячами тисячах тисячу тисячею тис"),
           (_M, "мільйон мільйона мільйони мільйонів мільйонам мільйонами мільйонах млн"),
           (_B, "мільярд мільярда мільярди мільярдів мільярдам мільярдами мільярдах млрд"),
           (_T, "трильйон трильйона трильйони трильйонів трильйонам трильйонами трлн")),
    "bg": ((_K, "хиляда хиляди хил"), (_M, "милион милиона милиони млн"),
           (_B, "милиард милиарда милиарди млрд"), (_T, "трилион трилиона трилиони")),
    "hr": ((_K, "tisuća tisuće tisućama tisuću tis"), (_M, "milijun milijuna milijuni milijunima"),
           (_B, "milijarda milijarde milijardi milijardama milijardu"),
           (_T, "bilijun bilijuna bilijuni bilijunima")),
    "lt": ((_K, "tūkstantis tūkstančiai tūkstančių tūkstančius tūkstančiais tūkst"),
           (_M, "milijonas milijonai milijonų milijonus milijonais mln"),
           (_B, "milijardas milijardai milijardų milijardus milijardais mlrd"),
           (_T, "trilijonas trilijonai trilijonų trilijonus trilijonais")),
    "ro": ((_K, "mie mii"), (_M, "milion milioane mil"), (_B, "miliard miliarde mld"),
           (_T, "trilion trilioane")),
    "hu": ((_K, "ezer"), (_M, "millió"), (_B, "milliárd"), (_T, "billió")),
    "el": ((_K, "χιλιάδες χιλιάδων χιλ"), (_M, "εκατομμύριο εκατομμύρια εκατομμυρίων εκατ"),
           (_B, "δισεκατομμύριο δισεκατομμύρια δισεκατομμυρίων δισ"), (_T, "τρισεκατομμύρια τρισ")),
    "tr": ((100, "yüz"), (_K, "bin"), (_M, "milyon"), (_B, "milyar"), (_T, "trilyon")),
    "id": ((_K, "ribu"), (_M, "juta"), (_B, "miliar"), (_T, "triliun")),
    "vi": ((_K, "nghìn ngàn"), (_M, "triệu"), (_B, "tỷ tỉ")),
    "hi": ((_K, "हज़ार हजार"), (10**5, "लाख"), (_M, "मिलियन"), (10**7, "करोड़ करोड"),
           (_B, "अरब बिलियन"),
           (_T, "ट्रिलियन")),
    "th": ((_K, "พัน"), (10**4, "หมื่น"), (10**5, "แสน"), (_M, "ล้าน")),
    "ar": ((_K, "ألف آلاف ألفًا"), (_M, "مليون ملايين مليونًا"), (_B, "مليار مليارات بليون"),
           (_T, "تريليون")),
    "he": ((_K, "אלף אלפים"), (_M, "מיליון"), (_B, "מיליארד"), (_T, "טריליון")),
    "fa": ((_K, "هزار"), (_M, "میلیون"), (_B, "میلیارد"), (_T, "تریلیون")),
}  # fmt: skip

# From zero on; forms of one number are joined by |. Then what else means a value.
_CARDINALS: Mapping[str, str] = {
    "de": "null ein|eins|eine|einen|einem|einer zwei|zweien|beide|beiden drei|dreien vier fünf "
    "sechs sieben acht neun zehn elf zwölf",
    "fr": "zéro un|une deux trois quatre cinq six sept huit neuf dix onze douze",
    "es": "cero un|uno|una dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "it": "zero un|uno|una due tre quattro cinque sei sette otto nove dieci undici dodici",
    "pt": "zero um|uma dois|duas três quatro cinco seis sete oito nove dez onze doze",
    "nl": "nul een|één twee drie vier vijf zes zeven acht negen tien elf twaalf",
    "sv": "noll en|ett två tre fyra fem sex sju åtta nio tio elva tolv",
    "da": "nul en|et|én to tre fire fem seks syv otte ni ti elleve tolv",
    "no": "null en|ett|én to tre fire fem seks sju|syv åtte ni ti elleve tolv",
    "fi": "nolla yksi|yhden|yhtä kaksi|kahden|kahta kolme|kolmen|kolmea neljä|neljän|neljää "
    "viisi|viiden|viittä kuusi|kuuden seitsemän kahdeksan yhdeksän kymmenen yksitoista kaksitoista",
    "pl": "zero jeden|jedna|jedno|jednego|jednej dwa|dwie|dwóch|dwóm|dwoma|dwiema|oba|obie "
    "trzy|trzech|trzem|trzema cztery|czterech|czterem pięć|pięciu sześć|sześciu siedem|siedmiu "
    "osiem|ośmiu dziewięć|dziewięciu dziesięć|dziesięciu jedenaście dwanaście",
    "cs": "nula jeden|jedna|jedno|jednoho dva|dvě|dvou|dvěma|oba|obě tři|tří|třemi čtyři|čtyř pět|"
    "pěti šest|šesti sedm|sedmi osm|osmi devět|devíti deset|deseti jedenáct dvanáct",
    "ru": "ноль|нуль один|одна|одно|одного|одной|одном|одну два|две|двух|двум|двумя|оба|обе|обоих "
    "три|трех|трёх|трем|трём|тремя четыре|четырех|четырёх|четырьмя пять|пяти|пятью шесть|шести "
    "семь|семи восемь|восьми девять|девяти десять|десяти одиннадцать|одиннадцати "
    "двенадцать|двенадцати",
    "uk": "нуль один|одна|одне|одного|однієї|одну два|дві|двох|двом|двома|обидва|обидві три|трьох|"
    "трьома чотири|чотирьох п'ять|п’ять|п'яти|п’яти шість|шести сім|семи вісім|восьми "
    "дев'ять|дев’ять десять|десяти одинадцять дванадцять",
    "bg": "нула един|една|едно два|две|двата|двете три четири пет шест седем осем девет десет",
    "hr": "nula jedan|jedna|jedno dva|dvije tri četiri pet šest sedam osam devet deset",
    "lt": "nulis vienas|viena|vieną du|dvi|dviejų tris|trys|trijų keturi|keturių|keturis penki|"
    "penkių šeši|šešių septyni aštuoni devyni dešimt",
    "ro": "zero un|una|o doi|două trei patru cinci șase|şase șapte|şapte opt nouă zece",
    "hu": "nulla egy kettő|két három négy öt hat hét nyolc kilenc tíz",
    "el": "μηδέν ένα|μία|μια|έναν|ένας δύο τρία|τρεις|τριών τέσσερα|τέσσερις πέντε έξι επτά|εφτά "
    "οκτώ|οχτώ εννέα|εννιά δέκα",
    "tr": "sıfır bir iki üç dört beş altı yedi sekiz dokuz on",
    "id": "nol satu|sebuah|seorang dua|kedua tiga|ketiga empat lima enam tujuh delapan sembilan "
    "sepuluh",
    "vi": "không một hai ba bốn năm sáu bảy tám chín mười",
}  # fmt: skip
_OTHERS: Mapping[str, str] = {
    "de": "zwanziger=20 dreißiger=30 vierziger=40 fünfziger=50 sechziger=60 siebziger=70 "
    "achtziger=80 neunziger=90 "
    "hälfte=0.5 halb=0.5 halbe=0.5 halber=0.5 halben=0.5 drittel=3 viertel=0.25 doppelt=2 "
    "doppelte=2 doppelten=2 verdoppelt=2 zweimal=2 dreimal=3 dreifach=3 dreifache=3 zweifach=2 "
    "paar=2 dutzend=12 jahrzehnt=10 jahrzehnte=10 jahrhundert=100 einmal=1 zwanzig=20 dreißig=30 "
    "vierzig=40 fünfzig=50 sechzig=60 siebzig=70 achtzig=80 neunzig=90 zweite=2 zweiten=2 dritte=3 "
    "dritten=3 vierte=4 vierten=4 fünfte=5 fünften=5 fünfzehn=15",
    "fr": "moitié=0.5 demi=0.5 demie=0.5 tiers=3 quart=0.25 double=2 doublé=2 doubler=2 triple=3 "
    "paire=2 douzaine=12 dizaine=10 dizaines=10 décennie=10 siècle=100 vingt=20 trente=30 "
    "quarante=40 cinquante=50 soixante=60 quinze=15 seize=16 deuxième=2 second=2 seconde=2 "
    "troisième=3 quatrième=4 cinquième=5",
    "es": "veinte=20 treinta=30 cuarenta=40 cincuenta=50 sesenta=60 setenta=70 ochenta=80 "
    "noventa=90 "
    "mitad=0.5 medio=0.5 media=0.5 tercio=3 tercios=3 cuarto=4 doble=2 duplica=2 ambos=2 "
    "ambas=2 triple=3 par=2 docena=12 década=10 siglo=100 veinte=20 treinta=30 cuarenta=40 "
    "cincuenta=50 sesenta=60 quince=15 segundo=2 segunda=2 tercero=3 tercer=3 tercera=3 cuarta=4 "
    "quinto=5 quinta=5",
    "it": "venti=20 trenta=30 quaranta=40 cinquanta=50 sessanta=60 settanta=70 ottanta=80 "
    "novanta=90 "
    "metà=0.5 mezzo=0.5 terzo=3 terzi=3 quarto=4 doppio=2 raddoppia=2 entrambi=2 entrambe=2 "
    "triplo=3 coppia=2 dozzina=12 decennio=10 secolo=100 venti=20 trenta=30 quaranta=40 "
    "cinquanta=50 quindici=15 secondo=2 seconda=2 terza=3 quarta=4 quinto=5",
    "pt": "vinte=20 trinta=30 quarenta=40 cinquenta=50 sessenta=60 setenta=70 oitenta=80 "
    "noventa=90 "
    "metade=0.5 meio=0.5 meia=0.5 terço=3 terços=3 quarto=4 dobro=2 duplo=2 ambos=2 ambas=2 "
    "triplo=3 par=2 dúzia=12 década=10 século=100 vinte=20 trinta=30 quarenta=40 cinquenta=50 "
    "quinze=15 segundo=2 segunda=2 terceiro=3 terceira=3 quarta=4 quinto=5",
    "nl": "helft=0.5 half=0.5 halve=0.5 derde=3 kwart=0.25 dubbel=2 dubbele=2 verdubbelt=2 beide=2 "
    "drievoudig=3 paar=2 dozijn=12 decennium=10 eeuw=100 twintig=20 dertig=30 veertig=40 "
    "vijftig=50 vijftien=15 tweede=2 vierde=4 vijfde=5",
    "sv": "hälften=0.5 halv=0.5 dubbelt=2 båda=2 dussin=12 tjugo=20 trettio=30 femtio=50 andra=2 "
    "tredje=3 fjärde=4",
    "da": "halvdelen=0.5 halv=0.5 dobbelt=2 begge=2 tyve=20 tredive=30 halvtreds=50 anden=2 "
    "tredje=3",
    "no": "halvparten=0.5 halv=0.5 dobbelt=2 begge=2 tjue=20 tretti=30 femti=50 andre=2 tredje=3",
    "fi": "puolet=0.5 puoli=0.5 molemmat=2 kaksinkertainen=2 toinen=2 kolmas=3 kolmannes=3",
    "pl": "połowa=0.5 połowę=0.5 połowy=0.5 pół=0.5 dwukrotnie=2 podwójny=2 dwojaki=2 "
    "trzykrotnie=3 "
    "tuzin=12 dekada=10 wiek=100 dwadzieścia=20 trzydzieści=30 pięćdziesiąt=50 drugi=2 druga=2 "
    "drugiego=2 trzeci=3 trzecia=3 czwarty=4 dwuetapowy=2 trzecią=3",
    "cs": "polovina=0.5 polovinu=0.5 dvakrát=2 dvojnásobek=2 třikrát=3 dvacet=20 třicet=30 "
    "padesát=50 druhý=2 druhá=2 třetí=3 čtvrtý=4 třetina=3",
    "ru": "половина=0.5 половину=0.5 половины=0.5 пол=0.5 вдвое=2 дважды=2 удвоить=2 втрое=3 "
    "трижды=3 дюжина=12 десятилетие=10 век=100 двадцать=20 двадцати=20 тридцать=30 сорок=40 "
    "пятьдесят=50 треть=3 трети=3 четверть=0.25 второй=2 вторая=2 второго=2 третий=3 третья=3 "
    "третьего=3 четвертый=4 четвёртый=4 пятнадцать=15",
    "uk": "половина=0.5 половину=0.5 вдвічі=2 двічі=2 втричі=3 двадцять=20 тридцять=30 третина=3 "
    "чверть=0.25 другий=2 друга=2 третій=3 третя=3 четвертий=4",
    "bg": "половина=0.5 втори=2 втора=2 трети=3 двойно=2",
    "hr": "polovica=0.5 pola=0.5 drugi=2 treći=3 dvostruko=2",
    "lt": "pusė=0.5 antras=2 trečias=3 dvigubai=2",
    "ro": "jumătate=0.5 dublu=2 ambele=2 ambii=2 treime=3 sfert=0.25",
    "hu": "fele=0.5 felét=0.5 fél=0.5 dupla=2 mindkét=2 második=2 harmadik=3 kétszer=2 háromszor=3",
    "el": "μισό=0.5 μισά=0.5 διπλάσιο=2 δεύτερο=2 τρίτο=3",
    "tr": "yarı=0.5 yarısı=0.5 yarım=0.5 çift=2 ikinci=2 üçüncü=3 yirmi=20 otuz=30 elli=50",
    "id": "setengah=0.5 separuh=0.5 ganda=2 sepertiga=3",
    "vi": "nửa=0.5 đôi=2 cặp=2 thứ hai=2",
}
_SAME = {"pt-BR": "pt"}
# Compounds such as dreistufig, dwuetapowy and двухэтапный begin with their number.
_PREFIXES: Mapping[str, str] = {
    "de": "zwei=2 drei=3 vier=4 fünf=5 sechs=6 sieben=7 acht=8 neun=9 zehn=10",
    "nl": "twee=2 drie=3 vier=4 vijf=5 zes=6 zeven=7 acht=8 negen=9 tien=10",
    "sv": "två=2 tre=3 fyra=4 fem=5", "da": "to=2 tre=3 fire=4 fem=5", "no": "to=2 tre=3 fire=4",
    "fi": "kaksi=2 kolmi=3 neli=4 viisi=5",
    "pl": "dwu=2 dwój=2 trój=3 trzy=3 cztero=4 pięcio=5", "cs": "dvou=2 tří=3 čtyř=4 pěti=5",
    "ru": "двух=2 дву=2 трех=3 трёх=3 четырех=4 четырёх=4 пяти=5 шести=6",
    "uk": "двох=2 дво=2 трьох=3 три=3 чотирьох=4", "hu": "két=2 három=3 négy=4",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LONGEST_WORD = 24


@cache
def _words(language: str) -> Mapping[str, Decimal]:
    code = _SAME.get(language, language)
    found: dict[str, Decimal] = {}
    for value, forms in enumerate(_CARDINALS.get(code, "").split()):
        for form in forms.split("|"):
            found[form] = Decimal(value)
    for entry in _OTHERS.get(code, "").split():
        word, _, value = entry.partition("=")
        if value:
            found[word] = Decimal(value)
    for magnitude, names in _MAGNITUDES.get(code, ()):
        for name in names.split():
            found.setdefault(name, Decimal(magnitude))
    return found


@cache
def _prefixes(language: str) -> tuple[tuple[str, Decimal], ...]:
    entries = (entry.partition("=") for entry in _PREFIXES.get(language, "").split())
    return tuple((word, Decimal(value)) for word, _, value in entries)


@cache
def _magnitude_pattern(language: str) -> tuple[re.Pattern[str], Mapping[str, int]] | None:
    table = {
        name: magnitude
        for magnitude, names in _MAGNITUDES.get(_SAME.get(language, language), ())
        for name in names.split()
    }
    if not table:
        return None
    names = "|".join(re.escape(name) for name in sorted(table, key=len, reverse=True))
    # Thai and Arabic write the next word without a space or with an ending.
    boundary = "" if language in {"th", "ar", "fa", "he"} else r"(?![^\W\d_])"
    return re.compile(rf"[ -]?(?:de )?(?P<name>{names}){boundary}\.?", re.IGNORECASE), table


def magnitude_at(text: str, at: int, language: str) -> tuple[int, int]:
    """The factor of the words of magnitude behind a number that ends at `at` (1 without any),
    and where they end: `mil millones` is 10^9."""
    known = _magnitude_pattern(language)
    factor = 1
    if known is None:
        return factor, at
    pattern, table = known
    for _ in range(3):
        found = pattern.match(text, at)
        if not found:
            break
        factor *= table.get(found["name"].lower(), table.get(found["name"], 1))
        at = found.end() - (1 if found.group().endswith(".") and _ends(text, found.end()) else 0)
    return factor, at


def european_numbers_in(text: str, language: str) -> Iterator[Spelled]:
    """The numbers that a text in one of these languages spells out, word by word."""
    known, prefixes = _words(language), _prefixes(language)
    if not known:
        return
    before: tuple[int, int, Decimal] | None = None
    for found in _WORD.finditer(text):
        word = found.group().lower() if found.end() - found.start() <= _LONGEST_WORD else ""
        value = known.get(word)
        if value is None:
            value = next((one for begin, one in prefixes if word.startswith(begin)), None)
            if value is not None:
                yield Spelled(*found.span(), frozenset({value}), False)
            before = None
            continue
        start, values = found.start(), {value}
        if before and found.start() - before[1] == 1 and value >= 100 > before[2]:
            start, whole = before[0], product(before[2], value)  # zwei Millionen
            values.add(whole)
            value = whole
        yield Spelled(start, found.end(), frozenset(values), False)
        before = (start, found.end(), value)


def _ends(text: str, at: int) -> bool:
    """Whether a point before `at` may end the sentence rather than an abbreviation."""
    return at >= len(text) or text[at : at + 1] in {"\n", '"'}
