"""Finding: search, features, recommendations, backfills."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "arxiv_answers",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("more", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", "start", name=op.f("pk_arxiv_answers")),
    )
    with op.batch_alter_table("arxiv_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_arxiv_answers_asked_at"), ["asked_at"], unique=False)

    op.create_table(
        "backfills",
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reached", sa.Date(), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("token_at", sa.DateTime(), nullable=True),
        sa.Column("list_end", sa.Date(), nullable=True),
        sa.Column("records", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("papers", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("skipped", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("requests", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("category", "since", name=op.f("pk_backfills")),
    )
    op.create_table(
        "embeddings",
        sa.Column("paper_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=128), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("paper_id", "version", "model", name=op.f("pk_embeddings")),
    )
    op.create_table(
        "features",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("paper_id", sa.String(length=32), nullable=False),
        sa.Column("model", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.LargeBinary(), nullable=False),
        sa.Column("latent", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_features")),
        sa.UniqueConstraint("paper_id", name=op.f("uq_features_paper_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "index_queue",
        sa.Column("index", sa.String(length=16), nullable=False),
        sa.Column("paper_id", sa.String(length=32), nullable=False),
        sa.Column("stamp", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("index", "paper_id", name=op.f("pk_index_queue")),
    )
    op.create_table(
        "recommendations",
        sa.Column("paper_id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("paper_id", "source", name=op.f("pk_recommendations")),
    )
    with op.batch_alter_table("recommendations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recommendations_asked_at"), ["asked_at"], unique=False)
    op.create_table(
        "search_before",
        sa.Column("paper_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("paper_id", "version", name=op.f("pk_search_before")),
    )
    op.create_table(
        "search_papers",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("dated", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Text(), nullable=True),
        sa.Column("translated", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_papers")),
    )
    with op.batch_alter_table("search_papers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_papers_dated"), ["dated"], unique=False)

    op.create_table(
        "search_state",
        sa.Column("prepared", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("prepared", name=op.f("pk_search_state")),
    )
    op.create_table(
        "search_words",
        sa.Column("name", sa.Integer(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", "word", name=op.f("pk_search_words")),
        sqlite_with_rowid=False,
    )
    # Tokens are prepared by `bot/text/search_words.py`; this only splits them at spaces.
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5("
        "abstract, title, authors, comment, about, translated_title, translated_abstract, "
        "content = '', tokenize = \"ascii tokenchars '.+#^=_-'\")"
    )
    op.execute(
        "CREATE TRIGGER search_before_update "
        "BEFORE UPDATE OF title, abstract, authors, categories, comment ON papers "
        "WHEN old.title IS NOT new.title OR old.abstract IS NOT new.abstract "
        "OR old.authors IS NOT new.authors OR old.categories IS NOT new.categories "
        "OR old.comment IS NOT new.comment "
        "BEGIN INSERT INTO search_before SELECT old.paper_id, old.version, old.title, "
        "old.abstract, old.authors, old.categories, old.comment WHERE NOT EXISTS (SELECT 1 "
        "FROM search_before WHERE paper_id = old.paper_id AND version = old.version); END"
    )
    # Everything that was seen so far is read by the new indexes.
    op.execute("INSERT INTO index_queue SELECT DISTINCT 'search', paper_id, 0 FROM papers")
    op.execute("INSERT INTO index_queue SELECT DISTINCT 'features', paper_id, 0 FROM papers")
