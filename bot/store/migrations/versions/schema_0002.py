"""Reading: translations, notes, votes, people."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "departures",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name=op.f("pk_departures")),
    )
    op.create_table(
        "dropped",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("paper_id", sa.String(length=32), nullable=False),
        sa.Column("dropped_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "paper_id", name=op.f("pk_dropped")),
    )
    with op.batch_alter_table("dropped", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dropped_dropped_at"), ["dropped_at"], unique=False)

    op.create_table(
        "flag_answers",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=True),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("card_message_id", sa.BigInteger(), nullable=False),
        sa.Column("paper_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("first_tried_at", sa.DateTime(), nullable=True),
        sa.Column("not_before", sa.DateTime(), nullable=True),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag_answers")),
        sa.UniqueConstraint(
            "channel_id",
            "paper_id",
            "language",
            name=op.f("uq_flag_answers_channel_id_paper_id_language"),
        ),
        sa.UniqueConstraint("key", name=op.f("uq_flag_answers_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("flag_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_flag_answers_guild_id"), ["guild_id"], unique=False)
        batch_op.create_index(
            "ix_flag_answers_open",
            ["not_before", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'pending'"),
        )

    op.create_table(
        "glossary",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("folded", sa.String(length=100), nullable=False),
        sa.Column("term", sa.String(length=100), nullable=False),
        sa.Column("translation", sa.String(length=100), nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "language", "folded", name=op.f("pk_glossary")),
    )
    op.create_table(
        "lists",
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_lists")),
    )
    with op.batch_alter_table("lists", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lists_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_lists_user_id"), ["user_id"], unique=False)

    op.create_table(
        "people",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_people")),
    )
    op.create_table(
        "shown_cards",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=True),
        sa.Column("paper_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_shown_cards")),
    )
    with op.batch_alter_table("shown_cards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shown_cards_guild_id"), ["guild_id"], unique=False)

    op.create_table(
        "votes",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("paper_id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "user_id", "paper_id", "channel_id", "value", name=op.f("pk_votes")
        ),
    )
    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_votes_channel_id_paper_id"), ["channel_id", "paper_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_votes_guild_id"), ["guild_id"], unique=False)

    op.create_table(
        "translations",
        sa.Column("paper_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("glossary", sa.String(length=64), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("sentences", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id", "version"],
            ["papers.paper_id", "papers.version"],
            name="fk_translations_paper",
        ),
        sa.PrimaryKeyConstraint(
            "paper_id", "version", "language", "provider", "glossary", name=op.f("pk_translations")
        ),
    )
    with op.batch_alter_table("bookmarks", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("note", sa.Text(), server_default=sa.text("('')"), nullable=False)
        )

    with op.batch_alter_table("digests", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "language", sa.String(length=16), server_default=sa.text("'en'"), nullable=False
            )
        )

    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "language", sa.String(length=16), server_default=sa.text("'en'"), nullable=False
            )
        )
