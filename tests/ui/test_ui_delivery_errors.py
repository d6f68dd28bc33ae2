"""Which of Discord's refusals pass by waiting, and which need somebody."""

import pytest
from ui_samples import KEY, card
from ui_stage import UiStage

from bot.errors import DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from sandbox.discord.faults import Fault

_MESSAGES = r"/channels/\d+/messages$"


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, 50001, PermanentDeliveryError),
        (403, 50013, PermanentDeliveryError),
        (403, 50083, PermanentDeliveryError),
        (400, 50008, PermanentDeliveryError),
        (400, 160005, PermanentDeliveryError),
        (404, 10003, PermanentDeliveryError),
        (403, 0, TemporaryDeliveryError),
        (404, 0, TemporaryDeliveryError),
        (403, 40333, TemporaryDeliveryError),
        (400, 20028, TemporaryDeliveryError),
        (400, 130000, TemporaryDeliveryError),
        (400, 160006, TemporaryDeliveryError),
        (503, 0, TemporaryDeliveryError),
    ],
)
async def test_of_the_channel(
    stage: UiStage, status: int, code: int, kind: type[DeliveryError]
) -> None:
    body = {"message": "no", "code": code}
    stage.sandbox.faults.add(Fault(_MESSAGES, "POST", status=status, body=body))
    with pytest.raises(kind) as caught:
        await stage.sender.send_card(stage.channel_id, card(), key=KEY, nonce=KEY)
    assert (caught.value.status, caught.value.code) == (status, code)
    if isinstance(caught.value, PermanentDeliveryError):
        assert not caught.value.of_message_only
        # A sentence that tells an admin what to do, not Discord's own words.
        assert caught.value.problem.endswith(".")
        assert "HTTP" not in caught.value.problem


@pytest.mark.parametrize(("status", "code"), [(400, 240000), (403, 200000), (400, 50035)])
async def test_of_the_message_only(stage: UiStage, status: int, code: int) -> None:
    body = {"message": "no", "code": code}
    stage.sandbox.faults.add(Fault(_MESSAGES, "POST", times=2, status=status, body=body))
    with pytest.raises(PermanentDeliveryError) as caught:
        await stage.sender.send_card(stage.channel_id, card(), key=KEY, nonce=KEY)
    assert caught.value.of_message_only
    assert stage.messages() == []
