"""What `paperboy models list|add|remove` do."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from bot.clock import SystemClock
from bot.enrich.translate import translator_kind
from bot.enrich.translate.local import packages_installed
from bot.enrich.translate.local_models import MANIFEST, InstalledModel, InstalledModels, read_json
from bot.enrich.translate.local_process import ModelProcess
from bot.enrich.translate.packages.download import Downloader, begun, finished
from bot.enrich.translate.packages.download import Progress as Reporter
from bot.enrich.translate.packages.index import Package, fetch_index
from bot.enrich.translate.packages.install import incoming, install, remove, size_of
from bot.errors import NotFound, NotSetUp, SourceError, SourceUnavailable
from bot.languages import ENGLISH, LANGUAGES
from bot.settings import PREFIX, Settings

_MB = 1e6
_PROVIDERS = {
    "none": ("nobody", "TRANSLATOR"),
    "memory": ("a translation memory", "TRANSLATION_MEMORY"),
    "deepl": ("DeepL", "DEEPL_KEY"),
    "libretranslate": ("LibreTranslate", "LIBRETRANSLATE_URL"),
    "model": ("a language model", "CHAT_URL"),
}
_OTHER_WAYS = (
    "Other ways: a package of your own (--file), or one of the providers DeepL "
    f"({PREFIX}DEEPL_KEY), LibreTranslate ({PREFIX}LIBRETRANSLATE_URL) and a language model "
    f"({PREFIX}CHAT_URL)."
)


async def show(settings: Settings, out: Console, *, available: bool) -> None:
    """List what is installed, and what the index offers. Raises SourceError."""
    installed = InstalledModels(settings.models).all()
    if installed:
        rows = [("model", "languages", "version", "size", "from"), *map(_row, installed)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
            out.print("  ".join(cells).rstrip(), markup=False)
    else:
        out.print(
            f"No models are installed in {settings.models}. To add one: paperboy models add ja",
            markup=False,
        )
    if not packages_installed():
        out.print(_how_to_install(), markup=False)
    if available:
        packages = await _index(settings.models_index, out)
        out.print(f"\n{settings.models_index} offers:", markup=False)
        here = {code: one.version for one in installed for code in one.languages if not one.many}
        for code in LANGUAGES:
            if code in packages:
                version = packages[code].version
                state = "installed" if here.get(code) == version else ""
                state = f"{here[code]} is installed" if code in here and not state else state
                out.print(f"  {code:6} {_name(code):22} {version:8} {state}".rstrip(), markup=False)


async def add(
    settings: Settings, out: Console, language: str, *, file: Path | None, index: str | None
) -> None:
    """Find, download, check and install the model of a language.

    Raises NotSetUp without the packages that models need, NotFound if the index has none,
    SourceError and StoreError.
    """
    if not packages_installed():
        raise NotSetUp(_how_to_install(), "")
    clock = SystemClock()
    package = None if file else await _find(index or settings.models_index, language, out)
    with incoming(settings.models) as place:
        archive, origin = file, file.name if file else ""
        if package is not None:
            archive = place / f"en_{language}-{package.version}.part"
            origin = await _download(package, archive, out)
        assert archive is not None  # noqa: S101 - one of both was given
        out.print("Checking it and translating a sentence with it …")
        process = ModelProcess(settings.model_threads, clock)
        try:
            model = await install(
                archive,
                language,
                settings.models,
                place,
                origin=origin,
                now=clock.now(),
                process=process,
            )
        except SourceError:
            if package is not None:
                finished(archive)  # the next try begins with a new copy
            raise
        finally:
            await process.aclose()
        if package is not None:
            finished(archive)
    size = _size(size_of(model.folder))
    out.print(f"Installed: English to {_name(language)}, version {model.version or '–'}, {size}.")
    out.print(_in_use(settings, language), markup=False)


async def take_away(settings: Settings, out: Console, name: str) -> None:
    """Remove a model. Raises NotFound and StoreError."""
    with incoming(settings.models) as place:
        for model in remove(name, settings.models, place):
            out.print(f"Removed: {model.folder.name} ({_languages(model)}).", markup=False)


async def _find(index: str, language: str, out: Console) -> Package:
    out.print(f"Looking it up in {index}", markup=False)
    packages = await _index(index, out)
    if language not in packages:
        offered = ", ".join(code for code in LANGUAGES if code in packages)
        raise NotFound(
            f"{index} has no model from English into {_name(language)} ({language}). "
            f"It has: {offered}. {_OTHER_WAYS}"
        )
    return packages[language]


async def _index(address: str, out: Console) -> dict[str, Package]:
    """What an index offers. Raises SourceError, and says before what can be done."""
    try:
        return await fetch_index(address, SystemClock())
    except SourceError:
        out.print(
            f"The index gave no list: try again later, or look at {PREFIX}MODELS_INDEX and the "
            f"network. {_OTHER_WAYS}",
            markup=False,
        )
        raise


async def _download(package: Package, part: Path, out: Console) -> str:
    """Download from the first of a package's addresses that gives it; that address."""
    downloader = Downloader(SystemClock())
    problems: list[SourceError] = []
    try:
        for link in package.links:
            out.print(f"Downloading {link}", markup=False)
            try:
                with _reporter(out) as progress:
                    await downloader.fetch(link, part, progress)
            except SourceError as error:
                problems.append(error)
                out.print(f"That did not work: {error.problem}.", markup=False)
            else:
                return link
    finally:
        await downloader.aclose()
    if any(isinstance(error, SourceUnavailable) for error in problems) and begun(part):
        out.print("What came is kept: the same command goes on there.")
    raise problems[0]


@contextmanager
def _reporter(out: Console) -> Generator[Reporter]:
    """A progress bar on a terminal; elsewhere a line for every quarter."""
    if not out.is_terminal:
        said = -1

        def tell(got: int, total: int | None) -> None:
            nonlocal said
            quarter = got * 4 // total if total else got // (25 << 20)
            if quarter > said:
                said = quarter
                out.print(f"  {_size(got)}" + (f" of {_size(total)}" if total else ""))

        yield tell
        return
    columns = (TextColumn("  "), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=out) as bar:
        task = bar.add_task("download", total=None)
        yield lambda got, total: bar.update(task, completed=got, total=total)


def _in_use(settings: Settings, language: str) -> str:
    """Whether papers are now translated by the model, and else what to set."""
    kind = translator_kind(settings)
    if kind == "local":
        return f"Papers are translated into {_name(language)} by it, also by a bot that is running."
    name, variable = _PROVIDERS[kind]
    if settings.translator == "auto":
        reason = f"{PREFIX}{variable} is set"
    else:
        reason = f"{PREFIX}TRANSLATOR={kind}"
    return (
        f"Papers are still translated by {name} ({reason}). To have the local models do it, set "
        f"{PREFIX}TRANSLATOR=local and restart the bot."
    )


def _how_to_install() -> str:
    return (
        "Local models need the packages ctranslate2 and sentencepiece. To install them: "
        f"{sys.executable} -m pip install 'paperboy[local]'"
    )


def _row(model: InstalledModel) -> tuple[str, ...]:
    origin = read_json(model.folder / MANIFEST).get("source")
    return (
        model.folder.name,
        _languages(model),
        model.version or "–",
        _size(size_of(model.folder)),
        str(origin)[:200] if origin else "–",
    )


def _languages(model: InstalledModel) -> str:
    if model.many:
        return f"{len(model.languages)}: {', '.join(model.languages)}"
    return f"{_name(model.languages[0])} ({model.languages[0]})"


def _name(code: str) -> str:
    return LANGUAGES[code].name_in(ENGLISH)


def _size(size: int) -> str:
    return f"{size / _MB:,.1f} MB" if size >= _MB else f"{size / 1e3:,.1f} kB"
