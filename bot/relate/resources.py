"""The code and the data that two papers have in common: links and names of datasets. Pure.

A link is the same if it leads to the same repository, record or project page. A name counts if it
looks like one (`GSM8K`, `ImageNet`, `MS MARCO`) and one of the papers calls it a dataset, a
benchmark or the like: rather too few than wrong ones.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from bot.models import Paper
from bot.text.tokens import fold

_LONGEST = 6000
_SHOWN = 4

_LINK = re.compile(
    r"(?:https?://|(?<![\w.@/-])(?=(?:www\.)?(?:github|gitlab|huggingface|hf|zenodo|bitbucket|osf)\.))"
    r"(?:www\.)?([\w-]+(?:\.[\w-]+)+)((?:/[\w.~%+=&?@:-]*)*)",
    re.IGNORECASE,
)
# One of these is in every text with a link.
_LINKED = ("http", "github", "gitlab", "huggingface", "hf.", "zenodo", "bitbucket", "osf.")
_ZENODO = re.compile(r"(?:10\.5281/zenodo\.|zenodo\.org/(?:records?|doi)/)(\d+)", re.IGNORECASE)
# Where the first so many parts of a path name one thing; the rest are files and branches.
_NAMED_BY = {
    "github.com": 2, "gitlab.com": 2, "bitbucket.org": 2, "codeberg.org": 2, "osf.io": 1,
    "anonymous.4open.science": 2, "sites.google.com": 2,
}  # fmt: skip
_HUB = {"datasets": 3, "spaces": 3, "collections": 3}
# Texts, videos and services, not code or data.
_NO_RESOURCE = re.compile(
    r"(?:^|\.)(?:arxiv\.org|doi\.org|openreview\.net|youtube\.com|youtu\.be|ieee\.org|acm\.org|"
    r"aclanthology\.org|springer\.com|springernature\.com|sciencedirect\.com|wiley\.com|nature\.com|"
    r"google\.com|creativecommons\.org|orcid\.org|twitter\.com|x\.com|bit\.ly|tinyurl\.com|"
    r"wikipedia\.org|zenodo\.org|jmlr\.org|neurips\.cc|thecvf\.com|pmlr\.press|mdpi\.com|aps\.org|"
    r"iop\.org|melba-journal\.org|vimeo\.com|overleaf\.com|researchgate\.net)$"
)

_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[-+.@][A-Za-z0-9]+)*\+?")
_LONGEST_NAME = 40
# What may stand inside of a name.
_INSIDE = "-+.@"
_WORD = re.compile(r"[a-z0-9]+")
_LIST = re.compile(r", (?:and )?| and | & |/")
_ONE = r"(?:dataset|data ?set|benchmark|corpus|testbed|test set|leaderboard|test suite)"
_MANY = r"(?:datasets|data ?sets|benchmarks|corpora|testbeds|test sets|leaderboards|test suites)"
_CALLING = re.compile(rf"{_ONE}|{_MANY}")
# What stands before and after a name, or a list of names, of data. Looked for in a few characters.
_BEFORE, _AFTER = 80, 120
_ONE_AFTER = re.compile(rf" {_ONE}\b")
_MANY_AFTER = re.compile(rf" {_MANY}\b")
_NAMES_ONE = re.compile(r"\b(?:[Tt]he|on|from|of|using|with|through|across) $")
_TOLD_BEFORE = re.compile(
    rf"\b(?:{_ONE}|{_MANY})(?:,? (?:such as|like|including|e\.g\.,?|namely|called|named)|:| \()?"
    r" ?$",
    re.IGNORECASE,
)
_TOLD_AFTER = re.compile(
    rf"(?:,|:| is| \([^()]*\),) (?:an?|the)(?: [\w-]+){{0,6}}? {_ONE}\b", re.IGNORECASE
)
_USED = re.compile(
    r"\b(?:experiment|result|evaluat|performance|accurac|test|train|validat|benchmark|score|gain|"
    r"improve|outperform|achiev|reach|reduc)[^.;]* on (?:the )?$",
    re.IGNORECASE,
)
# What looks like a name of data and is none: kinds of data, tasks, models, machines, measures.
_NO_NAME = re.compile(
    r"(?:\d+(?:\.\d+)?(?:[A-Za-z]|[KMGT]B|GHz|D|x\d+)?|v\d.*|[A-Z]\d?|"
    r"(?:GPT|LLaMA|Llama|Qwen|QwQ|Gemini|Claude|Gemma|Mi[sx]tral|DeepSeek|BERT|RoBERTa|DeBERTa|ModernBERT|"
    r"ResNet|DenseNet|EfficientNet|MobileNet|VGG|ViT|DeiT|CLIP|SigLIP|T5|YOLO|SAM|DINO|Phi|Vicuna|"
    r"LLaVA|InternVL|InternLM|ChatGPT|ChatGLM|GLM|OLMo|Whisper|XLM|FLUX|SDXL|SD|OPT|PaLM|Grok|Kimi|"
    r"UNet|U-Net|LoRA|LoRa|QLoRA|TikTok|YouTube|WhatsApp|ImageReward|OpenAI|GitHub|HuggingFace|PyTorch|TensorFlow|JAX|CUDA|NVIDIA|RTX|AMD|"
    r"IEEE|ACM|ICLR|ICML|NeurIPS|CVPR|ICCV|ECCV|ACL|EMNLP|NAACL|AAAI|MICCAI|WMT|SIGIR|KDD)[\w.+-]*|"
    r"[AHBVL]\d{1,3}0?0?(?:-\w+)?|"
    r"LLMs?|VLMs?|MLLMs?|LVLMs?|LMMs?|SLMs?|LMs?|VLAs?|AI|ML|arXiv|H2O|CO2|SO2|NO2|CH4|3GPP|NLP|NLG|NLU|NLI|NER|RE|IE|IR|QA|VQA|MCQA?|KGQA|"
    r"DocVQA-like|RAG|RL|RLHF|RLVR|MARL|IL|DL|CV|SR|OOD|ID|IID|SOTA|GAN|GANs|CNNs?|RNNs?|GNNs?|MLPs?|"
    r"LSTMs?|SVMs?|PDEs?|ODEs?|SDEs?|CT|MRI|fMRI|dMRI|PET|EEG|ECG|EMG|MEG|PPG|EHRs?|EMRs?|X-ray|OCT|WSIs?|H&E|"
    r"RGB|RGB-?[DTX]|LiDAR|SAR|HSI|MSI|UAVs?|IMU|GPS|GIS|IoT|5G|6G|CSI|API|APIs|SQL|HTML|JSON|PDF|URL|USA?|UK|EU|"
    r"UN|WHO|COVID-19|DNA|RNA|ST|scRNA-seq|ASR|TTS|MT|OCR|GUIs?|UI|STEM|CTI|CoT|ToM|CIR|ReID|Re-ID|SLAM|BEV|"
    r"TSP|CVRP|VRP|SAT|MIP|MILP|LP|QP|HPC|CPUs?|GPUs?|TPUs?|FPGAs?|ASR|SNR|PSNR|SSIM|FID|BLEU|ROUGE|"
    r"METEOR|F1|AUC|AUROC|mAP|mIoU|IoU|MAE|MSE|RMSE|NMSE|PhD|K-12|CERN|NASA|ESA|ESO|NIH|LHC|C\+\+|CPP)"
)


# Of names such as "MS MARCO".
_FIRST_HALVES = frozenset(["MS", "SS"])


@dataclass(frozen=True, slots=True)
class Resources:
    """What one paper names, by key, as it is written: links; names that it calls data; those that
    it seems to use as data; all names."""

    links: dict[str, str]
    called: dict[str, str]
    used: dict[str, str]
    names: dict[str, str]

    @classmethod
    def of(cls, paper: Paper, text: str) -> "Resources":
        """The links in a paper's abstract and comment, the names in its text without LaTeX."""
        found = cls(dict(_links(_raw(paper))), {}, {}, {})
        for start, end, names in _lists(text):
            before, after = text[max(0, start - _BEFORE) : start], text[end : end + _AFTER]
            keyed = {_key(name): name for name in names}
            found.names.update(keyed)
            if _is_called(before, after, several=len(names) > 1):
                found.called.update(keyed)
            elif _USED.search(before):
                found.used.update(keyed)
        return found


class Named:
    """The resources of one paper, to be looked for in others."""

    def __init__(self, paper: Paper, text: str) -> None:
        """`text` is the title and the abstract without LaTeX."""
        own = self._own = Resources.of(paper, text)
        # The names that can be shared at all, and the last parts of the links.
        self._keys = {
            key
            for key, written in own.names.items()
            if key in own.called or key in own.used or _is_unique(written, written)
        }
        self._ends = [re.split("[/ ]", key)[-1] for key in own.links]

    def shared(self, other: Paper, text: str) -> tuple[str, ...]:
        """The code and data that the other paper names too, whose text without LaTeX is given."""
        # Nearly always there is none, which is seen at a glance.
        if not self._may_be_linked(other) and not self._may_be_named(text):
            return ()
        return shared_resources(self._own, Resources.of(other, text))

    def _may_be_linked(self, other: Paper) -> bool:
        if not self._ends:
            return False
        raw = _raw(other).replace("\\", "").lower()
        return any(end in raw for end in self._ends)

    def _may_be_named(self, text: str) -> bool:
        low = text.lower()
        for sign in _INSIDE:
            low = low.replace(sign, "")
        bare = low.replace(" ", "")
        if not any(key in bare for key in self._keys):
            return False
        words = _WORD.findall(low)
        found = self._keys & {*words, *map("".join, pairwise(words))}
        return not found.isdisjoint(self._own.called) or bool(
            found and _CALLING.search(text.lower())
        )


def _raw(paper: Paper) -> str:
    return f"{paper.abstract[:_LONGEST]}\n{(paper.comment or '')[:_LONGEST]}"


def shared_resources(one: Resources, other: Resources) -> tuple[str, ...]:
    """The code and data that both name, as the first one writes it, links first; a few at most."""
    found = [written for key, written in one.links.items() if key in other.links]
    for key, written in one.names.items():
        if key not in other.names:
            continue
        called = sum(key in paper.called for paper in (one, other))
        used = sum(key in paper.used for paper in (one, other))
        if called and (called + used == 2 or _is_unique(written, other.names[key])):
            found.append(written)
    return tuple(found[:_SHOWN])


def _is_unique(written: str, other: str) -> bool:
    """Whether a name hardly means anything else, so that it counts without being called data.

    Abbreviations of all kinds are short or in capitals only, and a method may be called like a
    dataset but for the size of a letter.
    """
    plain = written.isalpha() and written.isupper()
    return len(written) > 3 and not plain and (written == other or not written.isalpha())


def _is_called(before: str, after: str, *, several: bool) -> bool:
    if _ONE_AFTER.match(after) and (several or _NAMES_ONE.search(before)):
        return True
    if several and _MANY_AFTER.match(after):
        return True
    return bool(_TOLD_BEFORE.search(before) or _TOLD_AFTER.match(after))


def _lists(text: str) -> Iterator[tuple[int, int, list[str]]]:
    """The names of a text, those of one enumeration together: where it begins and ends."""
    start = end = 0
    names: list[str] = []
    for first, last, name in _names(text):
        if names and not _LIST.fullmatch(text, end, first):
            yield start, end, names
            names = []
        if not names:
            start = first
        names.append(name)
        end = last
    if names:
        yield start, end, names


def _names(text: str) -> Iterator[tuple[int, int, str]]:
    """The words that look like names of data, with where they begin and end."""
    over = 0
    for token in _TOKEN.finditer(text):
        name = token.group()
        # Ordinary words have no large letter, or begin with one.
        if name.islower() or (name.isalpha() and name[1:].islower()):
            continue
        start, end = token.span()
        if start < over or not _looks_named(name):
            continue
        second = _TOKEN.match(text, end + 1) if text.startswith(" ", end) else None  # MS MARCO
        if second is not None:
            written = second.group()
            if written.isupper() and written.isalpha() and not _NO_NAME.fullmatch(written):
                over = end = second.end()
        yield start, end, text[start:end]


@lru_cache(maxsize=10_000)
def _looks_named(word: str) -> bool:
    """Whether a word is a name, by its letters: several large ones, or some and digits."""
    if not 2 <= len(word) <= _LONGEST_NAME or _NO_NAME.fullmatch(word):
        return False
    if "-" in word:  # "Near-OOD" and "LLM-based" are ordinary words, "MVTec-AD" is not
        parts = word.split("-")
        numbered = any(map(str.isdigit, parts)) and word[0].isupper()
        return numbered or any(len(part) > 2 and _looks_named(part) for part in parts)
    if len(word) == 2:
        return word in _FIRST_HALVES
    large = sum(letter.isupper() for letter in word)
    if large == 1:
        return word[0].islower() or any(letter.isdigit() for letter in word)
    return large > 1


def _key(name: str) -> str:
    return re.sub(r"[\W_]", "", fold(name))


def _links(text: str) -> Iterator[tuple[str, str]]:
    low = text.lower()
    if not any(sign in low for sign in _LINKED):  # by far quicker than looking for a link
        return
    for match in _ZENODO.finditer(text):
        yield f"zenodo {match.group(1)}", f"zenodo.org/records/{match.group(1)}"
    for match in _LINK.finditer(text.replace("\\_", "_").replace("\\~", "~")):
        host = match.group(1).lower().replace("hf.co", "huggingface.co")
        parts = [part for part in match.group(2).split("?")[0].split("/") if part]
        if parts:
            parts[-1] = parts[-1].rstrip(".,:;-").removesuffix(".git")
        most = _NAMED_BY.get(host)
        if host == "huggingface.co":
            most = _HUB.get(parts[0].lower(), 2) if parts else 2
            if parts and parts[0].lower() == "papers":
                continue
        elif most is None and _NO_RESOURCE.search(host):
            continue
        if most is None and host.endswith((".github.io", ".gitlab.io")):
            most = 0 if len(parts) == 0 else 1
        elif most is None:
            most = max(len(parts), 1)
        if len(parts) < most:  # somebody's page, not a thing on it
            continue
        written = "/".join([host, *parts[:most]])
        yield written.lower(), written
