"""What a command of the lab used, and that nothing limits it."""

from bot.lab.used import Book
from bot.models import Purpose, Usage


async def test_what_was_used_is_added_up_and_never_refused() -> None:
    book = Book()
    for _ in range(3):
        async with book.ask(Purpose.READER, characters=10**9, cost=10**12):
            await book.spent("tiny", Usage(1000, 20, 7, 12_345))
    await book.spent("tiny", Usage(500, 1, 1, 5))
    await book.spent("DeepL", Usage(1_234_567))
    await book.spent("free", Usage())
    assert book.lines() == [
        "tiny used 3,500 characters, 61 tokens in, 22 tokens out, $0.0370.",
        "DeepL used 1,234,567 characters.",
    ]
