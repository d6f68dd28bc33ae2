"""What a command of the lab used, and that nothing limits it."""

from datetime import timedelta

from leaping import NOON

from bot.lab.used import Book
from bot.models import Purpose, Usage
from sandbox.clock import SandboxClock


async def test_what_was_used_is_added_up_over_days_and_never_refused() -> None:
    clock, book = SandboxClock(NOON), Book()
    budget = book.budget(clock)
    for _ in range(3):
        async with budget.ask(Purpose.READER, characters=10**9, cost=10**12):
            await budget.spent("tiny", Usage(1000, 20, 7, 12_345))
    clock.set(NOON + timedelta(days=1))
    await budget.spent("tiny", Usage(500, 1, 1, 5))
    await budget.spent("DeepL", Usage(1_234_567))
    await budget.spent("free", Usage())
    assert book.lines() == [
        "tiny used 3,500 characters, 61 tokens in, 22 tokens out, $0.0370.",
        "DeepL used 1,234,567 characters.",
    ]
    assert [one.requests for one in await book.since(NOON.date())] == [3, 1, 1, 1]
    assert (await budget.state()).used.characters == 1_235_067
