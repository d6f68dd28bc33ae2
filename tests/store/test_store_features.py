"""The store of features: written with the queue, in the order of change."""

from dataclasses import replace

from store_stage import NOW, StoreStage, paper

from bot.store.features import FeatureStore
from bot.store.index_queue import Index, IndexQueue

MADE = (b"\x01\x00", b"\x7f")
OTHER = (b"\x02\x00", b"\x7f")


async def ids(features: FeatureStore, seq: int = 0) -> list[str]:
    return [row[1] for row in await features.after(seq, limit=10)]


async def test_what_is_written_comes_off_the_queue_in_the_order_of_change(
    store: StoreStage,
) -> None:
    features, queue = FeatureStore(store.database), IndexQueue(store.database, Index.FEATURES)
    await store.papers.enrich([paper(1), paper(2), paper(3)], NOW)
    await features.write(await queue.next(10), {paper(n).id: MADE for n in (1, 2)}, model=1)
    assert await queue.waiting() == 0
    assert await ids(features) == [paper(1).id, paper(2).id]
    last = (await features.after(0, limit=10))[-1][0]
    await store.papers.enrich([paper(1), paper(2)], NOW)
    # One has changed; the other has the same features again, so its row stays.
    await features.write(await queue.next(10), {paper(1).id: OTHER, paper(2).id: MADE}, model=1)
    [row] = await features.after(last, limit=10)
    assert row[1:] == (paper(1).id, 1, *OTHER)
    assert await ids(features) == [paper(2).id, paper(1).id]
    assert await features.count() == 2


async def test_what_changes_meanwhile_stays_in_the_queue(store: StoreStage) -> None:
    features, queue = FeatureStore(store.database), IndexQueue(store.database, Index.FEATURES)
    await store.papers.enrich([paper(1), paper(2)], NOW)
    read = await queue.next(10)
    await store.papers.enrich([paper(2)], NOW)
    both = {paper(1).id: MADE, paper(2).id: MADE}
    assert await features.write(read, both, model=1) == {paper(1).id}
    assert await ids(features) == [paper(1).id]
    assert [paper_id for paper_id, _ in await queue.next(10)] == [paper(2).id]
    await features.write(read, {paper(1).id: OTHER}, model=1)  # another process was quicker
    assert (await features.after(0, limit=1))[0][3:] == MADE


async def test_papers_without_features_lose_theirs(store: StoreStage) -> None:
    features, queue = FeatureStore(store.database), IndexQueue(store.database, Index.FEATURES)
    await store.papers.enrich([paper(1)], NOW)
    await features.write(await queue.next(10), {paper(1).id: MADE}, model=1)
    await store.papers.enrich([paper(1, withdrawn=True)], NOW)
    await features.write(await queue.next(10), {}, model=1)
    assert await ids(features) == []


async def test_a_new_model_replaces_and_again_queues(store: StoreStage) -> None:
    features, queue = FeatureStore(store.database), IndexQueue(store.database, Index.FEATURES)
    await store.papers.enrich([paper(1), paper(2)], NOW)
    both = {paper(1).id: MADE, paper(2).id: MADE}
    await features.write(await queue.next(10), both, model=1)
    await features.again([paper(1).id])
    assert await ids(features) == [paper(2).id]
    await features.write(await queue.next(10), both, model=2)
    assert [row[1:3] for row in await features.after(0, limit=9)] == [
        (paper(2).id, 1),
        (paper(1).id, 2),
    ]


async def test_texts_are_of_the_latest_version(store: StoreStage) -> None:
    old = paper(1)
    new = replace(old, version=2, title="Anew", withdrawn=True)
    await store.papers.enrich([new, old], NOW)
    [text] = await FeatureStore(store.database).texts([old.id, "2606.99999"])
    assert (text.paper_id, text.title, text.withdrawn) == (old.id, "Anew", True)


async def test_news_are_papers_that_wait_and_rows_that_came(store: StoreStage) -> None:
    features, queue = FeatureStore(store.database), IndexQueue(store.database, Index.FEATURES)
    assert not await features.news(0)
    await store.papers.enrich([paper(1)], NOW)
    assert await features.news(0)
    await features.write(await queue.next(10), {paper(1).id: MADE}, model=1)
    assert await features.news(0)
    assert not await features.news((await features.after(0, limit=10))[-1][0])


async def test_texts_are_the_latest_versions(store: StoreStage) -> None:
    features = FeatureStore(store.database)
    newer = replace(paper(1), version=3, title="Newer", withdrawn=True)
    await store.papers.enrich([newer, paper(1), paper(2)], NOW)
    found = {one.paper_id: one for one in await features.texts([paper(n).id for n in (1, 2, 3)])}
    assert found.keys() == {paper(1).id, paper(2).id}
    assert (found[paper(1).id].title, found[paper(1).id].withdrawn) == ("Newer", True)
    assert found[paper(2).id].withdrawn is False
