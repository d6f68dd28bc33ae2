"""What no text should hold: broken characters, markup, placeholders, chat, refusals. Pure."""

import re
from collections.abc import Iterator
from itertools import islice

from bot.enrich.check.spans import major, minor
from bot.models import Finding, FindingKind

_BROKEN = re.compile(
    "[\ufffd\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufff0-\ufffb]"
)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_TAG = re.compile(
    r"<\s?/?\s?(?:x|span)\s[^<>]{0,80}>"
    r"|</?(?:b|i|em|strong|br|p|div|span|sup|sub|u|a|x|g|ph|m\d*|html|code|pre|li|ul|ol|think|s"
    r"|answer|text|translation|source|target|unk|pad|eos|bos)\b[^<>]{0,80}/?>|<\|[^<>|]{1,40}\|>"
    r"|\[(?:INST|/INST|UNK|PAD|MASK|CLS|SEP)\]|<<SYS>>|<0x[0-9A-F]{2}>|\u2581"
    r"|(?<![#A-Za-z])##[a-z]{1,12}"
)
_PLACEHOLDER = re.compile(
    r"⟦[^⟧]{0,20}⟧|\{\{[^{}]{0,30}\}\}|(?<![\\\w$}^_])\{\d{1,3}\}|__[A-Z]{1,12}_?\d{0,3}__"
    r"|\[\[\d{1,3}\]\]"
    r"|%\(\w{1,20}\)s|\bXX?(?:MATH|URL|FORMULA|CODE|REF)X?\d{0,3}X{0,2}\b|\[(?:MATH|URL"
    r"|FORMULA|CODE)_?\d{0,3}\]"
    r"|【\d{1,2}†[^】]{0,20}】|\bundefined\b|\bNaN\b|\[object Object\]"
)
_MOJIBAKE = re.compile(
    "[ÃÂ][\x80-\xbf¡-¿]|â€[\u0090-\u2122œ™]|ï»¿|ã€|å¤|æ[–—]|ä¸|[äåæç][½¼¾¥¦¤]|锟斤|烫烫烫|屯屯屯"
)
# What a program writes for a character, and signs on end that no prose has.
_ESCAPE = re.compile(r"\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\[nrt](?![A-Za-z])|(?:%[0-9A-F]{2}){3}")
_SIGNS = re.compile(r"[#@~^*|<>{}\\§¤¬¦]{3,40}")
# As `Tokens` of bot/enrich/translate/protect.py writes them, and models give them back.
_BARE_TOKEN = re.compile(
    r"(?<![A-Za-z0-9\\$_^{])[X\uff38][ \u00a0-]?[0-9\uff10-\uff19]{1,3}(?![A-Za-z0-9.,])"
)
# One small letter within a Chinese word, none of the source's; k and n count (前k个).
_WEDGED_LETTER = re.compile("(?<=[\u4e00-\u9fff])[a-jlmo-z](?=[\u4e00-\u9fff])")
_MOST_LETTERS = 20
_LONE_X = re.compile(r"(?<![A-Za-z0-9])X(?![A-Za-z])")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]{2,20}")
# An answer as a program's value; quotation marks in threes are a program's too.
_WRAPPED = re.compile(
    r"^\s{0,9}(?:```|\"\"\"|\{\s{0,9}[\"'][a-z_]{1,20}[\"']\s?:)"
    r"|```\s{0,9}$|\"\"\"\s{0,9}$"
)
_MARKDOWN = re.compile(r"\*\*[^*]{1,80}\*\*|^#{1,4} |```|^[-*] ", re.MULTILINE)
_MENTION = re.compile(r"@everyone|@here|<[@#][!&]?\d{1,20}>|discord\.gg/\w+")
_CHAT = re.compile(
    r"^\W{0,3}(?:sure|certainly|of course|okay|ok|absolutely|here(?:'s| is| are)|below is"
    r"|the following is|translation|translated text|as requested|好的|当然|當然|没问题"
    r"|以下(?:是|为|為)|下面是"
    r"|翻译(?:如下|结果|：|:)|翻譯(?:如下|結果|：|:)|译文(?:如下|：|:)|譯文(?:如下|：|:)"
    r"|はい、|承知(?:しました|いたしました)"
    r"|以下(?:は|に|が)[^。]{0,30}(?:翻訳|訳文)|翻訳(?:結果)?[:：]|네,|물론|알겠습니다"
    r"|다음은|번역[:：]|natürlich[,!]|gerne?[,!]"
    r"|这(?:是|就是)(?:您|你)|(?:这是|這是|以下)[^。\n]{0,20}(?:译文|翻译|翻譯|譯文)"
    r"|請?请?(?:将|將|把)(?:以下|下面|下列)|(?:please )?translate the following"
    r"|次の(?:英文|文章|要旨|抄録)を|다음 (?:글|영어|초록)을"
    r"|hier ist|selbstverständlich|übersetzung:|bien sûr|voici|traduction ?:|claro[,!]"
    r"|por supuesto"
    r"|aquí (?:está|tienes?)|traducción:|certo[,!]|ecco|traduzione:|aqui está|tradução:"
    r"|конечно[,!]|вот "
    r"|перевод:)(?![\w])?",
    re.IGNORECASE,
)
_CHAT_SAYS = re.compile(
    r"translat|request|text|abstract|summar|翻译|翻譯|译文|譯文|摘要|翻訳|要約|訳|번역"
    r"|요약|übersetz|zusammenfass"
    r"|tradu|résumé|resum|перев|[:：]",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"\bas an? (?:ai|artificial intelligence|(?:large )?language model)\b|\bi(?:'m"
    r"| am) (?:sorry|an ai|unable)"
    r"|\bi (?:cannot|can't|can not|won't|am not able to) (?:help|assist|translat|provide"
    r"|fulfil|comply|summari|complete|do)"
    r"|\bignor(?:e|ing) (?:all |any |the )?(?:previous|prior|above) instructions"
    r"|作为(?:一个|一名)?(?:AI|人工智能)(?:语言)?(?:模型|助手)[，,我]"
    r"|作為(?:一個|一名)?(?:AI|人工智慧)(?:語言)?(?:模型|助手)|(?:很|非常)?抱歉[，,]"
    r"|对不起[，,]|對不起[，,]|我(?:无法|不能|無法)(?:提供|翻译|翻譯|帮助|協助|协助|回答"
    r"|完成)"
    r"|申し訳(?:ありません|ございません)|(?:AI|人工知能)(?:言語モデル"
    r"|アシスタント)?として、|翻訳(?:することは)?でき(?:ません|かねます)"
    r"|お手伝いできません"
    r"|죄송(?:합니다|하지만)|번역할 수 없|AI (?:언어 )?모델로서|es tut mir leid|als (?:ki"
    r"|ai)-(?:sprach)?modell|ich kann (?:diese|das|ihnen)\b[^.]{0,40}\bnicht"
    r"|je suis désolé|en tant qu['e] ?(?:ia|modèle)|je ne peux pas (?:traduire|vous)"
    r"|lo siento[,.]|como (?:una? )?(?:ia|modelo de lenguaje)[, ]"
    r"|no puedo (?:traducir|ayudar|proporcionar)|mi dispiace[,.]|desculpe[,.]|извините"
    r"|к сожалению, я не|как (?:ии|языковая модель)",
    re.IGNORECASE,
)
_SAID_TO_READER = re.compile(
    r"^\W{0,3}(?:certainly|sure|of course|absolutely)[!.]|\bI hope (?:this|that|it) helps"
    r"|\blet me know if"
    r"|希望(?:这个|这份|此|上述|以上|這個|這份)?(?:翻译|翻譯|译文|譯文|回答)?能?(?:对|對)(?:您|你)有所?(?:帮助|幫助)"
    r"|如果(?:您|你)(?:需要|有任何|还有|還有)|如有(?:任何)?(?:问题|疑问|問題|疑問|需要)[，,]"
    r"|(?:以上|上述)(?:翻译|翻譯|译文|譯文)(?:仅供|僅供)"
    r"|お役に立てれば|ご不明な点|도움이 되(?:었|기를)"
    r"|ich hoffe, (?:das|dies|die) (?:hilft|übersetzung)"
    r"|j'espère que (?:cela|cette)|espero que (?:esto|esta|isso|ajude)|надеюсь, (?:это|перевод)",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(
    r"\bignor(?:e|ing) (?:all |any |the )?(?:previous|prior|above|earlier) instructions"
    r"|\bdisregard (?:all |any |the )?(?:previous|prior|above) |\bsystem prompt:"
    r"|\byou are (?:now )?an? "
    r"|(?:忽略|无视|無視|忽視)(?:所有|全部|一切)?(?:之前|以上|前面|先前|此前|上述)的?(?:所有|全部|一切|任何)?的?"
    r"(?:指令|指示|说明|說明|提示|命令)|(?:系统|系統)提示[：:]|以前の指示を無視"
    r"|これまでの指示を無視"
    r"|이전 지시를? 무시",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(?:^|(?<=[.。\n)]))\s*[(（]?(?:note|translator's note|please note|注|备注|備註|註"
    r"|译者注|譯者註|注意|訳注|注記|참고|anmerkung"
    r"|hinweis|remarque|nota|примечание)\s?[:：]",
    re.IGNORECASE,
)


def garbage_findings(source: str, target: str) -> list[Finding]:
    """Broken characters, markup, placeholders and chat that the source does not have."""
    found = [
        major(FindingKind.GARBAGE, "", one)
        for pattern in (_BROKEN, _ENTITY, _TAG, _PLACEHOLDER, _MOJIBAKE)
        for one in _first(pattern, source, target)
    ]
    found += [major(FindingKind.GARBAGE, "", one) for one in _first(_MENTION, source, target)]
    found += [major(FindingKind.GARBAGE, "", one) for one in _first(_WRAPPED, source, target)]
    found += [minor(FindingKind.GARBAGE, "", one) for one in _first(_MARKDOWN, source, target)]
    found += [minor(FindingKind.GARBAGE, "", one) for one in _first(_INVISIBLE, source, target)]
    return found


def strange_signs(source: str, bare: str) -> list[Finding]:
    """Escapes and heaps of signs in what is no formula and no address of a target."""
    found = [major(FindingKind.GARBAGE, "", one) for one in _first(_ESCAPE, source, bare)]
    for one in islice(_WEDGED_LETTER.finditer(bare), _MOST_LETTERS):
        if not re.search(rf"(?<![A-Za-z]){one.group()}(?![A-Za-z])", source, re.IGNORECASE):
            span = bare[one.start() - 1 : one.end() + 1]
            found.append(major(FindingKind.GARBAGE, "", span))
            break
    if not _LONE_X.search(source):
        found += [major(FindingKind.GARBAGE, "", one) for one in _first(_BARE_TOKEN, source, bare)]
    heaps = (one for one in _first(_SIGNS, source, bare) if len(set(one)) > 2)
    return found + [major(FindingKind.GARBAGE, "", one) for one in heaps]


def chat_findings(source: str, target: str) -> list[Finding]:
    """A preamble, a note or a refusal of a model, instead of or around what was asked for."""
    found = [major(FindingKind.SUBJECT, "", one) for one in _first(_REFUSAL, source, target)]
    opening = _CHAT.match(target)
    line = target[: opening.end() + 60].partition("\n")[0] if opening else ""
    if opening and _CHAT_SAYS.search(line) and not _CHAT.match(source) and _is_preamble(line):
        found.append(major(FindingKind.SUBJECT, "", line))
    found += [major(FindingKind.SUBJECT, "", one) for one in _first(_NOTE, source, target)]
    found += [major(FindingKind.SUBJECT, "", one) for one in _told_chat(source, target)]
    if not _INSTRUCTION.search(source):
        found += [
            major(FindingKind.SUBJECT, "", one) for one in _first(_INSTRUCTION, source, target)
        ]
    return found


def _is_preamble(line: str) -> bool:
    colon = re.search(r"[:：]", line)
    ended = re.search(r"[。！!.]", line[:60])
    return bool(colon or ended)


def _told_chat(source: str, target: str) -> Iterator[str]:
    """What a model says to the one who asked, before or behind the text."""
    for found in islice(_SAID_TO_READER.finditer(target), 1):
        if not _SAID_TO_READER.search(source):
            yield found.group()


def _first(pattern: re.Pattern[str], source: str, target: str) -> Iterator[str]:
    """The first match in the target that the source does not have as well."""
    for found in pattern.finditer(target):
        if found.group() not in source:
            yield found.group()
            return


def echo_findings(text: str) -> list[Finding]:
    """Pings and instructions in a summary, even where the abstract tried to smuggle them in."""
    return [
        major(FindingKind.GARBAGE, "", one.group())
        for pattern in (_MENTION, _INSTRUCTION)
        for one in islice(pattern.finditer(text), 1)
    ]
