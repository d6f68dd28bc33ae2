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
    r"</?(?:b|i|em|strong|br|p|div|span|sup|sub|u|a|x|g|ph|m\d*|html|code|pre|li|ul|ol|think|s"
    r"|answer|text|translation|source|target|unk|pad|eos|bos)\b[^<>]{0,80}/?>|<\|[^<>|]{1,40}\|>"
    r"|\[(?:INST|/INST|UNK|PAD|MASK|CLS|SEP)\]|<<SYS>>"
)
_PLACEHOLDER = re.compile(
    r"⟦[^⟧]{0,20}⟧|\{\{[^{}]{0,30}\}\}|(?<![\\\w$}^_])\{\d{1,3}\}|__[A-Z]{1,12}_?\d{0,3}__"
    r"|\[\[\d{1,3}\]\]"
    r"|%\(\w{1,20}\)s|\bXX?(?:MATH|URL|FORMULA|CODE|REF)X?\d{0,3}X{0,2}\b|\[(?:MATH|URL"
    r"|FORMULA|CODE)_?\d{0,3}\]"
    r"|【\d{1,2}†[^】]{0,20}】|\bundefined\b|\bNaN\b|\[object Object\]"
)
_MOJIBAKE = re.compile("[ÃÂ][\x80-\xbf¡-¿]|â€[\u0090-\u2122œ™]|ï»¿|ã€|å¤|æ[–—]|ä¸")
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
_INSTRUCTION = re.compile(
    r"\bignor(?:e|ing) (?:all |any |the )?(?:previous|prior|above|earlier) instructions"
    r"|\bdisregard (?:all |any |the )?(?:previous|prior|above) |\bsystem prompt:"
    r"|\byou are (?:now )?an? "
    r"|忽略(?:之前|以上|前面|先前)的?(?:所有)?指令|以前の指示を無視|これまでの指示を無視"
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
    found += [minor(FindingKind.GARBAGE, "", one) for one in _first(_MARKDOWN, source, target)]
    return found


def chat_findings(source: str, target: str) -> list[Finding]:
    """A preamble, a note or a refusal of a model, instead of or around what was asked for."""
    found = [major(FindingKind.SUBJECT, "", one) for one in _first(_REFUSAL, source, target)]
    opening = _CHAT.match(target)
    line = target[: opening.end() + 60].partition("\n")[0] if opening else ""
    if opening and _CHAT_SAYS.search(line) and not _CHAT.match(source) and _is_preamble(line):
        found.append(major(FindingKind.SUBJECT, "", line))
    found += [major(FindingKind.SUBJECT, "", one) for one in _first(_NOTE, source, target)]
    return found


def _is_preamble(line: str) -> bool:
    colon = re.search(r"[:：]", line)
    ended = re.search(r"[。！!.]", line[:30])
    return bool(colon or ended)


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
