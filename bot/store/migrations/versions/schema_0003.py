"""Providers: checked summaries, their translations, spending."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Until now findings were kept as the English texts that were shown.
_FINDINGS = {
    "A formula is missing or was changed.": ("formula-changed", "major"),
    "A web address is missing or was changed.": ("url-changed", "major"),
    "A number is missing or has another size.": ("number-changed", "major"),
    "A sentence is not in the language that was asked for.": ("language", "major"),
    "A sentence was cut short.": ("truncated", "major"),
    "Nothing was translated.": ("nothing", "major"),
    "A sentence was not translated; it is shown in the original.": ("untranslated", "minor"),
    "A number was added.": ("number-extra", "minor"),
    "A percent sign is missing.": ("unit-changed", "minor"),
    "A sentence may be cut short.": ("truncated", "minor"),
}


def upgrade() -> None:
    op.create_table(
        "spending",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("tokens_in", sa.Integer(), nullable=False),
        sa.Column("tokens_out", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "provider", "purpose", name=op.f("pk_spending")),
    )
    op.create_table(
        "summary_translations",
        sa.Column("paper_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("summarizer", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("glossary", sa.String(length=64), nullable=False),
        sa.Column("pairs", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id", "version"],
            ["papers.paper_id", "papers.version"],
            name="fk_summary_translations_paper",
        ),
        sa.PrimaryKeyConstraint(
            "paper_id",
            "version",
            "language",
            "summarizer",
            "provider",
            "glossary",
            name=op.f("pk_summary_translations"),
        ),
    )
    with op.batch_alter_table("summaries", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "verdict", sa.String(length=8), server_default=sa.text("'pass'"), nullable=False
            )
        )
        batch_op.add_column(
            sa.Column("findings", sa.JSON(), server_default=sa.text("'[]'"), nullable=False)
        )
    _convert_findings()


def _convert_findings() -> None:
    connection = op.get_bind()
    rows = connection.execute(
        sa.text("SELECT rowid, findings FROM translations WHERE findings != '[]'")
    ).all()
    for number, written in rows:
        known = [_FINDINGS[text] for text in json.loads(written) if text in _FINDINGS]
        findings = [
            {"kind": kind, "severity": severity, "source": "", "target": ""}
            for kind, severity in known
        ]
        connection.execute(
            sa.text("UPDATE translations SET findings = :findings WHERE rowid = :number"),
            {"findings": json.dumps(findings), "number": number},
        )
