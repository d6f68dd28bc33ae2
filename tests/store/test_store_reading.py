"""What readers need: summaries made once, bookmarks in pages, what stands in channels."""

from datetime import timedelta

from store_stage import CHANNEL, DAY, NOW, OTHER_CHANNEL, StoreStage, entries, paper, plan

from bot.models import BatchSource, Role, Summary, SummaryText, Takeaway
from bot.store.reading import PostedDigest

TEXT = SummaryText("Question 1 is answered.", 0, (Takeaway("“Wo?” – 量子 $x$", Role.METHOD, 0),))
RITA, OLGA = 11, 22


async def papers(store: StoreStage, *numbers: int) -> None:
    found = [paper(number) for number in numbers]
    await store.ledger.record("cs.CL", DAY, entries(*found), now=NOW, source=BatchSource.FEED)


async def sent(store: StoreStage, count: int | None = None) -> list[int]:
    """Send all that is due in every channel, or the first deliveries; gives the message ids."""
    works = await store.outbox.claim("one", now=NOW, until=NOW + timedelta(minutes=5), limit=99)
    done = [delivery for work in works for delivery in work.deliveries][:count]
    for delivery in done:
        await store.outbox.sent(
            delivery, message_id=delivery.id + 9000, target_id=delivery.channel_id, now=NOW
        )
    return [delivery.id + 9000 for delivery in done]


async def test_a_summary_is_kept_once_per_version_language_and_provider(
    store: StoreStage,
) -> None:
    await papers(store, 1, 2)
    key = ("2606.00001", 1)
    summary = Summary(*key, "en", "extractive-1", TEXT)
    await store.summaries.save([summary], NOW)
    other = SummaryText("Something else.", 0, ())
    await store.summaries.save([Summary(*key, "en", "extractive-1", other)], NOW)
    wanted = [key, ("2606.00002", 1), ("2606.00001", 2)]
    assert await store.summaries.get(wanted, "en", "extractive-1") == {key: summary}
    assert await store.summaries.get(wanted, "ja", "extractive-1") == {}
    assert await store.summaries.get(wanted, "en", "another") == {}
    await store.summaries.save([], NOW)


async def test_a_bookmark_is_set_once_and_belongs_to_one_person(store: StoreStage) -> None:
    await papers(store, 1)
    assert await store.bookmarks.add(RITA, "2606.00001", 1, NOW)
    assert not await store.bookmarks.add(RITA, "2606.00001", 1, NOW + timedelta(days=1))
    assert await store.bookmarks.has(RITA, "2606.00001")
    assert not await store.bookmarks.has(OLGA, "2606.00001")
    assert not await store.bookmarks.remove(OLGA, "2606.00001", drop_at=NOW)
    ((kept, shown),) = await store.bookmarks.page(RITA, offset=0, limit=9)
    assert (kept.user_id, kept.created_at, shown) == (RITA, NOW, paper(1))
    assert await store.bookmarks.remove(RITA, "2606.00001", drop_at=NOW)
    assert not await store.bookmarks.remove(RITA, "2606.00001", drop_at=NOW)
    assert await store.bookmarks.count(RITA) == 0


async def test_bookmarks_come_in_pages_the_newest_first(store: StoreStage) -> None:
    await papers(store, *range(1, 8))
    for number in range(1, 8):
        # The last two at one instant: then by id, so that pages never repeat or lose one.
        at = NOW + timedelta(minutes=min(number, 6))
        await store.bookmarks.add(RITA, paper(number).id, 1, at)
    await store.bookmarks.add(OLGA, paper(3).id, 1, NOW)
    assert await store.bookmarks.count(RITA) == 7

    async def page(offset: int) -> list[str]:
        found = await store.bookmarks.page(RITA, offset=offset, limit=3)
        return [shown.id[-1] for _, shown in found]

    assert [await page(offset) for offset in (0, 3, 6, 9)] == [
        ["6", "7", "5"],
        ["4", "3", "2"],
        ["1"],
        [],
    ]


async def test_history_counts_what_is_sent_open_and_held_back(store: StoreStage) -> None:
    first = await store.digest(1, 2, 3)
    quiet = (await store.commit(plan(await store.subscribe(), line=True)))[0]
    elsewhere = await store.subscribe(guild_id=2, channel_id=OTHER_CHANNEL)
    await store.commit(plan(elsewhere, 1))
    await sent(store, 2)  # the header and a card
    assert await store.posted.history(1, limit=5) == [
        PostedDigest(quiet, 0, 0, 0),
        PostedDigest(first, 1, 2, 0),
    ]
    await store.outbox.block(first.subscription_id, "No permission.")
    assert await store.posted.history(1, limit=5) == [
        PostedDigest(quiet, 0, 0, 0),
        PostedDigest(first, 1, 0, 2),
    ]
    assert [posted.digest for posted in await store.posted.history(1, limit=1)] == [quiet]
    assert await store.posted.history(3, limit=5) == []


async def test_the_last_digest_of_each_subscription(store: StoreStage) -> None:
    made = await store.subscribe()
    none_yet = await store.subscribe()
    await store.commit(plan(made, 1))
    (second,) = await store.commit(plan(await store.subscriptions.get(made.id), 2, 3))
    other = await store.digest(4, channel=OTHER_CHANNEL)
    last = await store.posted.last_of([made.id, none_yet.id])
    assert last == {made.id: PostedDigest(second, 0, 2, 0)}
    assert list(await store.posted.last_of([other.subscription_id])) == [other.subscription_id]
    assert await store.posted.last_of([]) == {}


async def test_the_card_behind_a_message(store: StoreStage) -> None:
    digest = await store.digest(1)
    header, message = await sent(store)
    card = await store.posted.card(message)
    assert card is not None
    assert (card.paper_id, card.version, card.digest_id) == ("2606.00001", 1, digest.id)
    assert await store.posted.card(header) is None
    assert await store.posted.card(12345) is None
    assert await store.posted.digest(digest.key) == digest
    assert await store.posted.digest("unknown") is None


async def test_the_queue_holds_what_is_due_in_all_servers(store: StoreStage) -> None:
    assert await store.posted.queue() == 0
    broken = await store.digest(1, 2)
    await store.digest(3, channel=OTHER_CHANNEL)
    assert await store.posted.queue() == 5
    await sent(store, 1)
    assert await store.posted.queue() == 4
    await store.outbox.block(broken.subscription_id, "No permission.")
    assert await store.posted.queue() == 2


async def test_hints_are_due_on_sent_cards_until_they_are_there(store: StoreStage) -> None:
    await store.digest(1, 2, 3)
    assert await store.posted.due_hints(9, sent_after=NOW - timedelta(days=9)) == []
    messages = await sent(store, 3)
    due = await store.posted.due_hints(9, sent_after=NOW - timedelta(days=9))
    assert [(hint.target_id, hint.message_id) for hint in due] == [
        (CHANNEL, messages[1]),
        (CHANNEL, messages[2]),
    ]
    assert await store.posted.due_hints(1, sent_after=NOW - timedelta(days=9)) == due[:1]
    await store.posted.hinted([due[0].delivery_id])
    assert await store.posted.due_hints(9, sent_after=NOW - timedelta(days=9)) == due[1:]
