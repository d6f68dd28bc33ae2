"""Servers that removed the bot: stopped, taken up again, and forgotten in the end."""

from datetime import timedelta

from sqlalchemy import insert, select
from store_stage import NOW, StoreStage, paper, plan

from bot.models import DeliveryState, SubscriptionState
from bot.store.departures import DEPARTED, DepartureStore
from bot.store.flags import FlagStore
from bot.store.reactions import UP, PlacedCard, ReactionStore, ShownCards
from bot.store.schema import bookmarks, deliveries, digests, glossary, metadata

_GUILD, _OTHER = 1, 2


async def _settle(store: StoreStage, guild: int) -> None:
    """Give a server something in every table."""
    base = guild * 1000
    subscription = await store.subscribe(guild_id=guild, channel_id=base)
    await store.papers.enrich([paper(1)], NOW)
    await store.commit(plan(subscription, 1))
    reactions = ReactionStore(store.database)
    await reactions.vote(7, paper(1).id, base, UP, guild_id=guild, now=NOW)
    await ShownCards(store.database).add(base, base, guild, paper(1).id, 1, 7, NOW)
    card = PlacedCard(base, base, base, guild, paper(1).id, 1)
    await FlagStore(store.database).ask(card, "ja", 7, NOW)
    async with store.database.write() as connection:
        await connection.execute(
            insert(glossary).values(
                guild_id=guild,
                language="ja",
                folded="cat",
                term="cat",
                translation="猫",
                creator_id=7,
                created_at=NOW,
            )
        )


async def _state(store: StoreStage, guild: int) -> tuple[SubscriptionState, str | None]:
    (found,) = await store.subscriptions.of_guild(guild)
    return found.state, found.problem


async def _open(store: StoreStage) -> list[tuple[int, str]]:
    query = select(deliveries).where(deliveries.c.state != DeliveryState.SENT.value)
    found = await store.rows(query)
    return [(row["channel_id"], row["state"]) for row in found]


async def test_leaving_stops_a_servers_subscriptions_and_what_they_have_not_sent(
    store: StoreStage,
) -> None:
    departures = DepartureStore(store.database)
    for guild in (_GUILD, _OTHER):
        await _settle(store, guild)
    await departures.left([_GUILD], NOW)
    assert await _state(store, _GUILD) == (SubscriptionState.BROKEN, DEPARTED)
    assert await _state(store, _OTHER) == (SubscriptionState.ACTIVE, None)
    assert {state for channel, state in await _open(store) if channel == 1000} == {"blocked"}
    assert {state for channel, state in await _open(store) if channel == 2000} == {"pending"}
    due = await store.subscriptions.due(NOW + timedelta(days=2))
    assert [found.draft.guild_id for found in due] == [_OTHER]
    # A second report, as at the next start, keeps the time of the first.
    await departures.left([_GUILD], NOW + timedelta(days=5))
    assert await departures.departed() == {_GUILD: NOW}


async def test_a_paused_subscription_stays_paused(store: StoreStage) -> None:
    subscription = await store.subscribe(guild_id=_GUILD)
    await store.subscriptions.pause(subscription.id)
    await DepartureStore(store.database).left([_GUILD], NOW)
    assert await _state(store, _GUILD) == (SubscriptionState.PAUSED, None)


async def test_who_has_something_and_is_not_noted_is_found(store: StoreStage) -> None:
    departures = DepartureStore(store.database)
    assert await departures.settled() == set()
    for guild in (_GUILD, _OTHER):
        await _settle(store, guild)
    # Direct messages have no server.
    await ReactionStore(store.database).vote(7, "2606.00001", 5, UP, guild_id=None, now=NOW)
    assert await departures.settled() == {_GUILD, _OTHER}
    await departures.left([_OTHER], NOW)
    assert await departures.settled() == {_GUILD}
    await departures.forget(_OTHER)
    assert await departures.departed() == {}
    assert await departures.settled() == {_GUILD, _OTHER}


async def test_deleting_leaves_nothing_of_the_server_and_everything_of_others(
    store: StoreStage,
) -> None:
    departures = DepartureStore(store.database)
    for guild in (_GUILD, _OTHER):
        await _settle(store, guild)
    await store.bookmarks.add(7, paper(1).id, 1, NOW)
    await departures.left([_GUILD], NOW)
    removed = await departures.delete(_GUILD)
    assert all(removed.values()), removed
    for table in metadata.tables.values():
        if "guild_id" in table.c:
            guilds = {row["guild_id"] for row in await store.rows(select(table))}
            assert guilds <= {_OTHER}, table.name
            assert (guilds == {_OTHER}) is (table.name != "departures"), table.name
    orphans = select(deliveries).where(deliveries.c.digest_id.not_in(select(digests.c.id)))
    assert not await store.rows(orphans)
    assert {channel for channel, _ in await _open(store)} == {2000}
    assert len(await store.rows(select(bookmarks))) == 1
