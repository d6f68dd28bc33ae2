"""Buttons, selects and modals: discord.py answers, a person presses."""

from typing import Any, Self, cast

import discord
import pytest
from discord import ui
from discord.http import Route
from sandbox_stage import Bot, connected, stage

from sandbox.discord.errors import DiscordError
from sandbox.discord.person import ControlRefusedError, upload
from sandbox.discord.validate_modals import parse_modal

Interaction = discord.Interaction[Any]


class Counter(ui.DynamicItem[ui.Button[Any]], template=r"count:(?P<n>\d+)"):
    """A button that works for ever: its number is in its custom_id."""

    def __init__(self, n: int) -> None:
        super().__init__(ui.Button(label=f"Count {n}", custom_id=f"count:{n}"))
        self.n = n

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: ui.Item[Any], match: Any) -> Self:
        """The item that a press means."""
        return cls(int(match["n"]))

    async def callback(self, interaction: Interaction) -> None:
        """Show the next number."""
        view = shown(self.n + 1, boxed=True)
        await interaction.response.edit_message(view=view)


def shown(n: int, *, boxed: bool) -> ui.LayoutView:
    """A layout with the counter's button, perhaps in a container under the number."""
    view = ui.LayoutView(timeout=None)
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    # The library types a dynamic item for both kinds of view, a row for one of them.
    row.add_item(cast("ui.Item[Any]", Counter(n)))
    if boxed:
        text: ui.TextDisplay[ui.LayoutView] = ui.TextDisplay(f"**{n}**")
        box: ui.Container[ui.LayoutView] = ui.Container(text, row)
        view.add_item(box)
    else:
        view.add_item(row)
    return view


class Form(ui.Modal, title="Adjust"):
    """A modal with several kinds of field."""

    words = ui.Label(text="Keywords", component=ui.TextInput[Any](max_length=20))
    more = ui.Label(
        text="More",
        component=ui.TextInput[Any](
            style=discord.TextStyle.paragraph, required=False, default="as before"
        ),
    )
    when = ui.Label(
        text="When",
        component=ui.Select[Any](
            options=[discord.SelectOption(label="Morning"), discord.SelectOption(label="Evening")]
        ),
    )
    file = ui.Label(text="File", component=ui.FileUpload[Any](required=False, max_values=2))

    async def on_submit(self, interaction: Interaction) -> None:
        """Show what was entered."""
        words, more = self.words.component, self.more.component
        when, file = self.when.component, self.file.component
        assert isinstance(words, ui.TextInput)
        assert isinstance(more, ui.TextInput)
        assert isinstance(when, ui.Select)
        assert isinstance(file, ui.FileUpload)
        names = [attachment.filename for attachment in file.values]
        await interaction.response.send_message(
            f"{words.value}|{more.value}|{when.values}|{names}", ephemeral=True
        )


class Controls(ui.View):
    """Every kind of component of a classic view."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(ui.Button(label="Elsewhere", url="https://arxiv.org"))
        self.add_item(ui.Button(label="Off", custom_id="off", disabled=True))

    @ui.button(label="Quiet", emoji="🔖", custom_id="quiet")
    async def quiet(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        """Acknowledge without a word, then say something to everybody."""
        await interaction.response.defer()
        await interaction.followup.send("pressed")

    @ui.button(label="Form", custom_id="form")
    async def form(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        """Open the modal."""
        await interaction.response.send_modal(Form())

    @ui.select(
        custom_id="fruit",
        placeholder="Fruit",
        max_values=2,
        options=[discord.SelectOption(label="Apple", value="a"), discord.SelectOption(label="b")],
    )
    async def fruit(self, interaction: Interaction, menu: ui.Select[Any]) -> None:
        """Say what was chosen."""
        await interaction.response.send_message(f"chose {menu.values}", ephemeral=True)

    @ui.select(cls=ui.UserSelect[Any], custom_id="who", placeholder="Who")
    async def who(self, interaction: Interaction, menu: ui.UserSelect[Any]) -> None:
        """Say who was chosen."""
        await interaction.response.send_message(menu.values[0].display_name, ephemeral=True)

    @ui.select(cls=ui.RoleSelect[Any], custom_id="role", placeholder="Role")
    async def role(self, interaction: Interaction, menu: ui.RoleSelect[Any]) -> None:
        """Say which role was chosen."""
        await interaction.response.send_message(menu.values[0].name, ephemeral=True)

    @ui.select(cls=ui.ChannelSelect[Any], custom_id="where", placeholder="Where")
    async def where(self, interaction: Interaction, menu: ui.ChannelSelect[Any]) -> None:
        """Say which channel was chosen."""
        await interaction.response.send_message(menu.values[0].name, ephemeral=True)


def prepare(bot: Bot) -> None:
    """Commands that show the components."""
    bot.add_dynamic_items(Counter)

    @bot.tree.command(description="Show the controls")
    async def controls(interaction: Interaction, hidden: bool = False) -> None:
        await interaction.response.send_message("here", view=Controls(), ephemeral=hidden)

    @bot.tree.command(description="Show the counter")
    async def counter(interaction: Interaction, hidden: bool = False) -> None:
        view = shown(0, boxed=False)
        await interaction.response.send_message(view=view, ephemeral=hidden)


async def refusal(awaitable: Any) -> ControlRefusedError:
    """The error with which the control interface answers."""
    with pytest.raises(ControlRefusedError) as caught:
        await awaitable
    return caught.value


async def test_a_dynamic_item_works_without_a_stored_view() -> None:
    async with stage() as made:
        async with connected(made, prepare):
            shown = (await made.owner.run("counter", channel=made.channel_id)).message
            assert shown is not None
            assert (shown.buttons, shown.custom_ids) == (["Count 0"], ["count:0"])
        # Another process of the bot, which has never seen the message.
        async with connected(made, prepare):
            outcome = await made.reader.press(shown, "Count 0")
            assert (outcome.progress, outcome.text) == ("updated", "**1**")
            (message,) = await made.reader.read(made.channel_id)
            assert message.custom_ids == ["count:1"]
            error = await refusal(made.reader.press(shown, "Count 0"))
            assert "'count:1'" in error.message


async def test_components_of_an_ephemeral_message_are_for_its_owner() -> None:
    async with stage() as made, connected(made, prepare):
        shown = (await made.reader.run("counter", channel=made.channel_id, hidden=True)).message
        assert shown is not None
        error = await refusal(made.owner.press(shown, "Count 0"))
        assert error.status == 404
        outcome = await made.reader.press(shown, custom_id="count:0")
        assert outcome.ephemeral
        assert outcome.text == "**1**"


async def test_a_quiet_press_with_a_followup() -> None:
    async with stage() as made, connected(made, prepare):
        shown = (await made.owner.run("controls", channel=made.channel_id)).message
        assert shown is not None
        outcome = await made.reader.press(shown, "🔖")
        assert outcome.progress == "acknowledged"
        outcome = await made.reader.follow(outcome, lambda now: bool(now.followups))
        assert [message.text for message in outcome.followups] == ["pressed"]
        assert [m.text for m in await made.owner.read(made.channel_id)] == ["here", "pressed"]


async def test_what_cannot_be_pressed() -> None:
    async with stage() as made, connected(made, prepare) as bot:
        shown = (await made.owner.run("controls", channel=made.channel_id)).message
        assert shown is not None
        assert sorted(shown.buttons) == ["Elsewhere", "Form", "Off", "Quiet"]
        before = len(bot.named("interaction"))
        for label, part in (
            ("Elsewhere", "a link to https://arxiv.org"),
            ("Off", "disabled"),
            ("Nothing", "no such button"),
        ):
            assert part in (await refusal(made.reader.press(shown, label))).message
        assert len(bot.named("interaction")) == before


async def test_every_select() -> None:
    async with stage() as made, connected(made, prepare):
        role = await made.admin.create_role(made.guild_id, "Readers")
        shown = (await made.owner.run("controls", channel=made.channel_id)).message
        assert shown is not None
        for placeholder, values, text in (
            ("Fruit", ["Apple", "b"], "chose ['a', 'b']"),
            ("Who", [made.owner_id], "olga"),
            ("Role", [role], "Readers"),
            ("Where", [made.channel_id], "papers"),
        ):
            outcome = await made.reader.select(shown, values, placeholder=placeholder)
            assert outcome.text == text
        for placeholder, values, part in (
            ("Fruit", ["Pear"], "none of the options"),
            ("Fruit", [], "from 1 to 2"),
            ("Who", [1, 2], "from 1 to 1"),
            ("Where", ["77"], "no such channel"),
        ):
            error = await refusal(made.reader.select(shown, values, placeholder=placeholder))
            assert part in error.message


async def test_a_modal_from_a_button() -> None:
    async with stage() as made, connected(made, prepare):
        shown = (await made.owner.run("controls", channel=made.channel_id)).message
        assert shown is not None
        opened = await made.reader.press(shown, "Form")
        assert opened.progress == "modal"
        assert opened.modal is not None
        assert opened.modal["title"] == "Adjust"
        for values, part in (
            ({"When": ["Morning"]}, "Keywords: this field is required"),
            ({"Keywords": "x" * 21, "When": ["Morning"]}, "0 to 20 characters"),
            ({"Keywords": "a\nb", "When": ["Morning"]}, "one line only"),
            ({"Keywords": "a", "When": ["Noon"]}, "none of the options"),
            ({"Keywords": "a", "When": ["Morning"], "Else": "?"}, "no such field"),
        ):
            assert part in (await refusal(made.reader.submit(opened, values))).message
        assert (await refusal(made.owner.submit(opened, {}))).status == 404
        outcome = await made.reader.submit(
            opened,
            {"Keywords": "graphs", "When": ["Evening"], "File": [upload("list.bib", b"@a")]},
        )
        assert outcome.text == "graphs|as before|['Evening']|['list.bib']"
        assert outcome.ephemeral


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"type": 7, "data": {"content": "x"}}, "type"),
        ({"type": 8, "data": {"choices": []}}, "type"),
        ({"type": 4, "data": {"content": "x" * 2001}}, "content"),
        ({"type": 9, "data": {"title": "t", "components": []}}, "data"),
        ({"type": 9, "data": {"custom_id": "c", "title": "t" * 46, "components": []}}, "data"),
    ],
)
async def test_wrong_callbacks_are_refused(body: dict[str, Any], path: str) -> None:
    answers: list[tuple[int, Any]] = []

    def raw(bot: Bot) -> None:
        @bot.tree.command(description="Answers wrongly, then rightly")
        async def wrong(interaction: Interaction) -> None:
            route = Route("POST", f"/interactions/{interaction.id}/{interaction.token}/callback")
            with pytest.raises(discord.HTTPException) as caught:
                await bot.http.request(route, json=body)
            answers.append((caught.value.code, caught.value.text))
            await interaction.response.send_message("fine")

    async with stage() as made, connected(made, raw):
        # A wrong answer does not use the interaction up.
        assert (await made.reader.run("wrong", channel=made.channel_id)).text == "fine"
    ((code, text),) = answers
    assert code == 50035
    assert f"In {path}" in text


async def test_an_update_may_not_come_from_a_command_but_from_its_buttons_modal() -> None:
    class Rename(ui.Modal, title="Rename"):
        name: ui.TextInput[Any] = ui.TextInput(label="Name")

        async def on_submit(self, interaction: Interaction) -> None:
            await interaction.response.edit_message(content=f"now {self.name.value}", view=None)

    class Ask(ui.View):
        @ui.button(label="Rename")
        async def rename(self, interaction: Interaction, _: ui.Button[Any]) -> None:
            await interaction.response.send_modal(Rename())

    def ask(bot: Bot) -> None:
        @bot.tree.command(description="Ask")
        async def show(interaction: Interaction) -> None:
            await interaction.response.send_message("before", view=Ask())

    async with stage() as made, connected(made, ask):
        shown = (await made.reader.run("show", channel=made.channel_id)).message
        assert shown is not None
        opened = await made.reader.press(shown, "Rename")
        outcome = await made.reader.submit(opened, {"Name": "Ada"})
        assert (outcome.progress, outcome.text) == ("updated", "now Ada")
        (message,) = await made.owner.read(made.channel_id)
        assert (message.id, message.text, message.components) == (shown.id, "now Ada", [])


async def test_a_modal_with_boxes_and_people() -> None:
    class Boxes(ui.Modal, title="Boxes"):
        note: ui.TextDisplay[Any] = ui.TextDisplay("Please choose.")
        one = ui.Label(
            text="One",
            component=ui.RadioGroup[Any](
                options=[discord.RadioGroupOption(label="A"), discord.RadioGroupOption(label="B")]
            ),
        )
        some = ui.Label(
            text="Some",
            component=ui.CheckboxGroup[Any](
                required=False,
                max_values=1,
                options=[
                    discord.CheckboxGroupOption(label="C"),
                    discord.CheckboxGroupOption(label="D", default=True),
                ],
            ),
        )
        yes = ui.Label(text="Yes", component=ui.Checkbox[Any]())
        who = ui.Label(text="Who", component=ui.UserSelect[Any](required=False))

        async def on_submit(self, interaction: Interaction) -> None:
            one, some = self.one.component, self.some.component
            yes, who = self.yes.component, self.who.component
            assert isinstance(one, ui.RadioGroup)
            assert isinstance(some, ui.CheckboxGroup)
            assert isinstance(yes, ui.Checkbox)
            assert isinstance(who, ui.UserSelect)
            people = [person.id for person in who.values]
            await interaction.response.send_message(
                f"{one.value}|{some.values}|{yes.value}|{people}", ephemeral=True
            )

    def ask(bot: Bot) -> None:
        @bot.tree.command(description="Ask")
        async def boxes(interaction: Interaction) -> None:
            await interaction.response.send_modal(Boxes())

    async with stage() as made, connected(made, ask):
        opened = await made.reader.run("boxes", channel=made.channel_id)
        for values, part in (
            ({}, "one option must be selected"),
            ({"One": "Z"}, "none of the options"),
            ({"One": "A", "Some": ["C", "D"]}, "from 1 to 1"),
            ({"One": "A", "Some": "C"}, "must be a list"),
            ({"One": "A", "Yes": "yes"}, "true or false"),
            ({"One": "A", "Who": ["5"]}, "no such user"),
        ):
            assert part in (await refusal(made.reader.submit(opened, values))).message
        outcome = await made.reader.submit(opened, {"One": "B"})
        assert outcome.text == "B|['D']|False|[]"
        assert "sent already" in (await refusal(made.reader.submit(opened, {"One": "B"}))).message
        opened = await made.reader.run("boxes", channel=made.channel_id)
        values = {"One": "A", "Some": [], "Yes": True, "Who": [str(made.owner_id)]}
        outcome = await made.reader.submit(opened, values)
        assert outcome.text == f"A|[]|True|[{made.owner_id}]"


def field(component: dict[str, Any]) -> dict[str, Any]:
    """A modal with one labeled field."""
    label = {"type": 18, "label": "Label", "component": component}
    return {"custom_id": "c", "title": "t", "components": [label]}


@pytest.mark.parametrize(
    ("modal", "code"),
    [
        ({"custom_id": "c", "title": "t", "components": []}, "BASE_TYPE_BAD_LENGTH"),
        (field({"type": 2, "style": 1, "label": "x", "custom_id": "x"}), "BASE_TYPE_CHOICES"),
        (field({"type": 4, "custom_id": "x", "style": 3}), "BASE_TYPE_CHOICES"),
        (
            field({"type": 4, "custom_id": "x", "style": 1, "min_length": 9, "max_length": 3}),
            "TEXT_INPUT_MIN_ABOVE_MAX",
        ),
        (
            field({"type": 5, "custom_id": "x", "disabled": True}),
            "COMPONENT_DISABLED_IN_MODAL",
        ),
        (field({"type": 19, "custom_id": "x", "max_values": 11}), "NUMBER_TYPE_MAX"),
        (
            field({"type": 19, "custom_id": "x", "min_values": 0}),
            "COMPONENT_REQUIRED_WITHOUT_VALUES",
        ),
        (
            field({"type": 21, "custom_id": "x", "options": [{"label": "a", "value": "a"}] * 2}),
            "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
        ),
        (
            field({"type": 21, "custom_id": "x", "options": [{"label": "a", "value": "a"}]}),
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            {
                "custom_id": "c",
                "title": "t",
                "components": [
                    {"type": 1, "components": [{"type": 4, "custom_id": "x", "style": 1}]}
                ],
            },
            "BASE_TYPE_REQUIRED",
        ),
        (
            {
                **field({"type": 23, "custom_id": "x"}),
                "components": [
                    {"type": 18, "label": "L", "component": {"type": 23, "custom_id": "x"}}
                ]
                * 2,
            },
            "COMPONENT_CUSTOM_ID_DUPLICATED",
        ),
    ],
)
def test_modals_are_checked(modal: dict[str, Any], code: str) -> None:
    with pytest.raises(DiscordError) as caught:
        parse_modal(modal)
    assert caught.value.code == 50035
    assert f"'{code}'" in str(caught.value.errors)
