"""`/subscribe` while arXiv is slow: the preview is bounded in time, and can be completed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from commands_stage import CommandsStage, commands_stage

from sandbox.arxiv.faults import FaultRule

SLOW = "arXiv is slow just now, so this preview may miss days; the subscription itself"
CONFORMAL = "Conformal Prediction Under Slow Drift"
BUTTONS = ["Subscribe", "Adjust", "Cancel"]
BUTTONS_AGAIN = ["Subscribe", "Try again", "Adjust", "Cancel"]


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path, reader_patience="0.5") as made:
        yield made


def hangs(set_: str = "") -> FaultRule:
    """No harvest of this set (all of them without one) is ever answered."""
    return FaultRule(rf"/oai\?.*set={set_}", times=None, hang=True)


async def test_a_hanging_arxiv_leaves_a_preview_that_can_be_tried_again(
    stage: CommandsStage,
) -> None:
    stage.arxiv.set_faults([hangs()])
    preview = await stage.run("subscribe", categories="stat.ML")
    assert SLOW in preview.text
    assert CONFORMAL not in preview.text
    assert preview.buttons == BUTTONS_AGAIN
    still = await stage.press(preview, "Try again")
    assert SLOW in still.text
    assert still.buttons == BUTTONS_AGAIN

    stage.arxiv.set_faults([])
    whole = await stage.press(still, "Try again")
    assert whole.id == preview.id
    assert SLOW not in whole.text
    assert CONFORMAL in whole.text
    assert whole.buttons == BUTTONS
    done = await stage.press(whole, "Subscribe")
    assert "Subscribed: number 1" in done.text


async def test_what_was_told_before_stays(stage: CommandsStage) -> None:
    stage.arxiv.set_faults([hangs("math")])
    preview = await stage.run("subscribe", categories="stat.ML, math.CO")
    assert SLOW in preview.text
    assert CONFORMAL in preview.text
    asked = stage.arxiv.stats.requests["oai"]
    stage.arxiv.set_faults([])
    whole = await stage.press(preview, "Try again")
    assert whole.buttons == BUTTONS
    # Only the category that was not finished is asked for again.
    assert stage.arxiv.stats.requests["oai"] == asked + 1


async def test_it_can_be_subscribed_as_it_is(stage: CommandsStage) -> None:
    stage.arxiv.set_faults([hangs()])
    preview = await stage.run("subscribe", categories="stat.ML")
    await stage.press(preview, "Subscribe")
    (stored,) = await stage.subscriptions()
    assert stored.draft.rules.categories == ("stat.ML",)
