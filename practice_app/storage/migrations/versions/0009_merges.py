"""Records merged, items moved to the right record, and what two records that look alike were judged to be."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def _row(table: str, *rest: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *rest,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )


def _link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}")


def _indexed(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def upgrade() -> None:
    """Make the tables; a signed note's entry may take the place of an earlier one."""
    _row(
        "merge",
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("gone_id", sa.Uuid(), nullable=False),
        sa.Column("gone_number", sa.Integer(), nullable=False),
        sa.Column("gone_nhs_number", sa.String(length=10), nullable=True),
        sa.Column("gone_name", sa.String(length=450), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by_id", sa.Uuid(), nullable=False),
        sa.Column("stayed", sa.JSON(), nullable=False),
        _link("merge", "kept_id", "person"),
        _link("merge", "merged_by_id", "user_account"),
    )
    _indexed("merge", "kept_id", "gone_id", "gone_number", "gone_nhs_number", "merged_by_id")
    _row(
        "merge_step",
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("table_name", sa.String(length=60), nullable=False),
        sa.Column("column_name", sa.String(length=60), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        _link("merge_step", "merge_id", "merge"),
    )
    op.create_index("ix_merge_step_order", "merge_step", ["merge_id", "position"])
    _row(
        "merge_suggestion",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("judgement", sa.String(length=40), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        _link("merge_suggestion", "person_id", "person"),
        _link("merge_suggestion", "other_id", "person"),
        _link("merge_suggestion", "made_by_id", "user_account"),
    )
    _indexed("merge_suggestion", "person_id", "other_id", "made_by_id")
    _row(
        "moved_away",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_by_id", sa.Uuid(), nullable=False),
        _link("moved_away", "person_id", "person"),
        _link("moved_away", "moved_by_id", "user_account"),
    )
    _indexed("moved_away", "person_id", "moved_by_id")
    _row(
        "moved_item",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("away_id", sa.Uuid(), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_by_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        _link("moved_item", "person_id", "person"),
        _link("moved_item", "away_id", "moved_away"),
        _link("moved_item", "moved_by_id", "user_account"),
    )
    _indexed("moved_item", "person_id", "item_id", "away_id", "moved_by_id")
    op.add_column("note_seal", sa.Column("replaces", sa.Integer(), nullable=True))
