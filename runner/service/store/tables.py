"""The tables, in SQLAlchemy's terms. `migrations/` makes them; a test holds that both say the same.

Times are ISO 8601 in UTC, as the API shows them: texts that sort as the times do.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
)

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_ID: Final = String(36)
_TIME: Final = String(32)

USERS: Final = Table(
    "users",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("login", String(255), nullable=False, unique=True),
    Column("created_at", _TIME, nullable=False),
)

API_KEYS: Final = Table(
    "api_keys",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("user_id", _ID, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(255), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("preview", String(40), nullable=False),
    Column("created_at", _TIME, nullable=False),
    Column("last_used_at", _TIME),
    Column("revoked_at", _TIME),
)

# A device that asks for a key. It is given one when it asks after somebody has approved it, and only once.
DEVICES: Final = Table(
    "devices",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("user_id", _ID, ForeignKey("users.id", ondelete="CASCADE")),
    Column("used", Boolean, nullable=False, server_default=false()),
    Column("expires_at", _TIME, nullable=False),
)

RUNS: Final = Table(
    "runs",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("user_id", _ID, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("source_run_id", _ID),
    Column("mode", String(32), nullable=False),
    Column("status", String(16), nullable=False),
    Column("prompt", Text, nullable=False),
    Column("start_url", Text, nullable=False),
    Column("test_config_json", JSON(none_as_null=True)),
    Column("repair_patches_json", JSON, nullable=False),
    Column("summary_text", Text),
    Column("summary_json", JSON(none_as_null=True)),
    Column("artifacts_json", JSON, nullable=False),
    Column("runner_job_id", String(64)),
    Column("error_message", Text),
    Column("created_at", _TIME, nullable=False),
    Column("updated_at", _TIME),
    Column("started_at", _TIME),
    Column("completed_at", _TIME),
    # What no client sees: how many events there are, who carries it out, its secrets (encrypted), and what a
    # validation run was asked for besides.
    Column("event_count", Integer, nullable=False),
    Column("worker_id", String(64)),
    Column("sealed", LargeBinary),
    Column("asked", JSON, nullable=False),
    Index("ix_runs_user_id_created_at", "user_id", "created_at"),
    Index("ix_runs_status", "status"),
)

EVENTS: Final = Table(
    "run_events",
    METADATA,
    Column("run_id", _ID, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # The event as JSON text: it is read far more often than it is looked into.
    Column("event", Text, nullable=False),
)

SAVED_TESTS: Final = Table(
    "saved_tests",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("user_id", _ID, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("source_run_id", _ID),
    Column("name", String(255), nullable=False),
    Column("description", Text),
    Column("repo_full_name", String(255)),
    Column("prompt", Text, nullable=False),
    Column("start_url", Text, nullable=False),
    Column("test_config_json", JSON, nullable=False),
    Column("ci_enabled", Boolean, nullable=False),
    Column("credential_keys", JSON, nullable=False),
    Column("sealed", LargeBinary),
    Column("tags", JSON, nullable=False),
    Column("created_at", _TIME, nullable=False),
    Column("updated_at", _TIME, nullable=False),
    Index("ix_saved_tests_user_id_updated_at", "user_id", "updated_at"),
)

WORKERS: Final = Table(
    "workers",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("host", String(255), nullable=False),
    Column("started_at", _TIME, nullable=False),
    Column("seen_at", _TIME, nullable=False),
)

# The newest picture of each run that somebody watches from another machine.
FRAMES: Final = Table(
    "frames",
    METADATA,
    Column("run_id", _ID, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("picture", LargeBinary, nullable=False),
    Column("facts", JSON, nullable=False),
)

# Facts about the installation, such as which key its secrets are sealed with.
FACTS: Final = Table(
    "facts",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
