"""The tables, as SQLAlchemy Core metadata: what Alembic migrates to and the tests compare with.

Instants are BIGINT microseconds since the epoch. JSON is JSONB in PostgreSQL and TEXT in SQLite; `->>` reads both.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer(), "sqlite")
Json = Text().with_variant(JSONB(), "postgresql")
AUTOINCREMENT: dict[str, Any] = {"sqlite_autoincrement": True}
"""For tables whose rows may be deleted: an id, once seen outside, never comes back."""
KNOWN = "email IS NOT NULL OR phone_number IS NOT NULL OR identifier IS NOT NULL"
"""Contacts that lists show; visitors who said nothing of themselves are none of them, and pay nothing for an index of them."""


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=True)


def _ref(name: str, table: str, *, null: bool = False, cascade: bool = True) -> Column[int]:
    return Column(
        name, Id, ForeignKey(f"{table}.id", ondelete="CASCADE" if cascade else "SET NULL"), nullable=null
    )


def _text(name: str, *, null: bool = False, default: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=null, server_default=default)


def _json(name: str, default: str = "{}") -> Column[str]:
    return Column(name, Json, nullable=False, server_default=default)


def _instant(name: str, *, null: bool = True) -> Column[int]:
    return Column(name, BigInteger, nullable=null)


def _stamps() -> tuple[Column[int], Column[int]]:
    return _instant("created_at", null=False), _instant("updated_at", null=False)


def _flag(name: str, *, default: bool = False) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("true" if default else "false"))


def _count(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default="0")


def _one_of(name: str, *values: str) -> CheckConstraint:
    return CheckConstraint(f"{name} IN ({', '.join(repr(value) for value in values)})", name=name)


installation = Table("installation", metadata, Column("key", Text, primary_key=True), _text("value"))

accounts = Table(
    "accounts",
    metadata,
    _id(),
    _text("name"),
    _text("locale", default="en"),
    _text("domain", null=True),
    _text("support_email", null=True),
    _text("status", default="active"),
    _json("settings"),
    _text("default_payload_format", default="hoory"),
    _count("last_conversation_number"),
    *_stamps(),
    _one_of("status", "active", "suspended"),
    _one_of("default_payload_format", "hoory", "chatwoot"),
    Index(
        "ix_accounts_auto_resolve",
        "id",
        sqlite_where=text("settings ->> 'auto_resolve_after' IS NOT NULL"),
        postgresql_where=text("settings ->> 'auto_resolve_after' IS NOT NULL"),
    ),
    **AUTOINCREMENT,
)

event_counters = Table(
    "event_counters",
    metadata,
    Column(
        "account_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    _count("last_number"),
    _count("pruned_number"),
    comment="Apart from accounts, so that numbering an event locks nothing else of the account.",
)

users = Table(
    "users",
    metadata,
    _id(),
    _text("name"),
    _text("display_name", null=True),
    Column("email", Text, nullable=False, unique=True),
    _text("password_hash", null=True),
    _text("avatar_url", default=""),
    _text("message_signature", null=True),
    _json("ui_settings"),
    Column("pubsub_token", Text, nullable=False, unique=True),
    *_stamps(),
    _instant("proof_changed_at"),
    **AUTOINCREMENT,
)

account_users = Table(
    "account_users",
    metadata,
    _ref("account_id", "accounts"),
    _ref("user_id", "users"),
    _text("role"),
    _text("availability", default="online"),
    _flag("auto_offline", default=True),
    _instant("active_at"),
    _instant("seen_at"),
    *_stamps(),
    PrimaryKeyConstraint("account_id", "user_id"),
    Index(None, "user_id"),
    _one_of("role", "agent", "administrator"),
    _one_of("availability", "online", "offline", "busy"),
)

targets = Table(
    "targets",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    _text("kind"),
    _text("url"),
    _text("credentials", null=True),
    _text("secret"),
    _text("payload_format"),
    _json("headers"),
    _text("previous_secret", null=True),
    _instant("previous_until"),
    Column("schedule", Json, nullable=True),
    Column("timeout", Float, nullable=True),
    Column("concurrency", Integer, nullable=True),
    _text("status", default="enabled"),
    _text("status_reason", null=True),
    _count("last_number"),
    *_stamps(),
    Index(None, "account_id"),
    _one_of("kind", "webhook", "agent_bot", "api_inbox"),
    _one_of("status", "enabled", "paused", "disabled", "deleted"),
    _one_of("payload_format", "hoory", "chatwoot"),
    **AUTOINCREMENT,
)

target_health = Table(
    "target_health",
    metadata,
    Column(
        "target_id", Id, ForeignKey("targets.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    _count("failures"),
    _count("trips"),
    _instant("open_until"),
    _count("set_at"),
    Column("lane_limit", Float, nullable=True),
    _instant("last_accepted_at"),
    _instant("last_failed_at"),
    _instant("failing_since"),
    comment="Apart from targets, so that settling a delivery never waits for an event being recorded.",
)

inboxes = Table(
    "inboxes",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    _text("name"),
    _text("channel"),
    Column("token", Text, nullable=False, unique=True),
    _text("hmac_token"),
    _flag("hmac_mandatory"),
    _text("avatar_url", default=""),
    _json("settings"),
    _ref("target_id", "targets", null=True, cascade=False),
    *_stamps(),
    Index(None, "account_id"),
    _one_of("channel", "Channel::WebWidget", "Channel::Api"),
    **AUTOINCREMENT,
)

inbox_members = Table(
    "inbox_members",
    metadata,
    _ref("inbox_id", "inboxes"),
    _ref("user_id", "users"),
    Column(
        "turn",
        BigInteger,
        nullable=False,
        server_default="0",
        comment="Grows with each conversation they are given by themselves.",
    ),
    PrimaryKeyConstraint("inbox_id", "user_id"),
    Index(None, "user_id"),
)

agent_bots = Table(
    "agent_bots",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    _text("name"),
    _text("description", default=""),
    _text("avatar_url", default=""),
    _ref("target_id", "targets", null=True, cascade=False),
    _json("bot_config"),
    *_stamps(),
    Index(None, "account_id"),
    **AUTOINCREMENT,
)

agent_bot_inboxes = Table(
    "agent_bot_inboxes",
    metadata,
    Column(
        "inbox_id", Id, ForeignKey("inboxes.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    _ref("agent_bot_id", "agent_bots"),
    Index(None, "agent_bot_id"),
)

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("token", Text, primary_key=True),
    _ref("user_id", "users", null=True),
    _ref("agent_bot_id", "agent_bots", null=True),
    _instant("created_at", null=False),
    Index(None, "user_id"),
    Index(None, "agent_bot_id"),
    CheckConstraint("(user_id IS NULL) <> (agent_bot_id IS NULL)", name="one_owner"),
)

contacts = Table(
    "contacts",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    _text("name"),
    _text("email", null=True),
    _text("phone_number", null=True),
    _text("identifier", null=True),
    _text("avatar_url", default=""),
    _flag("blocked"),
    _json("additional_attributes"),
    _json("custom_attributes"),
    _instant("last_activity_at"),
    *_stamps(),
    UniqueConstraint("account_id", "email"),
    UniqueConstraint("account_id", "phone_number"),
    UniqueConstraint("account_id", "identifier"),
    Index("ix_contacts_account_id_activity", "account_id", "last_activity_at"),
    Index(
        "ix_contacts_by_name",
        "account_id",
        text("lower(name)"),
        "id",
        sqlite_where=text(KNOWN),
        postgresql_where=text(KNOWN),
    ),
    **AUTOINCREMENT,
)

contact_inboxes = Table(
    "contact_inboxes",
    metadata,
    _id(),
    _ref("contact_id", "contacts"),
    _ref("inbox_id", "inboxes"),
    _text("source_id"),
    _flag("hmac_verified"),
    Column("pubsub_token", Text, nullable=False, unique=True),
    *_stamps(),
    Column("said", Json, nullable=True, comment="What was said of the contact from here."),
    UniqueConstraint("inbox_id", "source_id"),
    Index(None, "contact_id"),
    **AUTOINCREMENT,
)

conversations = Table(
    "conversations",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    Column("number", BigInteger, nullable=False),
    Column("uuid", Text, nullable=False, unique=True),
    _ref("inbox_id", "inboxes"),
    _ref("contact_id", "contacts"),
    _ref("contact_inbox_id", "contact_inboxes"),
    _text("status"),
    _text("priority", null=True),
    _ref("assignee_id", "users", null=True, cascade=False),
    _ref("assignee_agent_bot_id", "agent_bots", null=True, cascade=False),
    Column("team_id", Id, nullable=True),
    _json("labels", "[]"),
    _instant("snoozed_until"),
    _json("additional_attributes"),
    _json("custom_attributes"),
    _instant("agent_last_seen_at"),
    _instant("assignee_last_seen_at"),
    _instant("contact_last_seen_at"),
    _instant("waiting_since"),
    _instant("first_reply_created_at"),
    _instant("last_incoming_at"),
    _instant("last_activity_at", null=False),
    _count("unread_count"),
    Column("last_message_id", Id, nullable=True, comment="The latest that is neither private nor activity."),
    *_stamps(),
    UniqueConstraint("account_id", "number"),
    Index("ix_conversations_list", "account_id", "status", "last_activity_at"),
    Index("ix_conversations_assignee", "account_id", "assignee_id", "status", "last_activity_at"),
    Index("ix_conversations_inbox", "inbox_id", "status", "last_activity_at"),
    Index(
        "ix_conversations_snoozed",
        "snoozed_until",
        sqlite_where=text("status = 'snoozed' AND snoozed_until IS NOT NULL"),
        postgresql_where=text("status = 'snoozed' AND snoozed_until IS NOT NULL"),
    ),
    Index(None, "contact_id"),
    Index(None, "contact_inbox_id"),
    _one_of("status", "open", "resolved", "pending", "snoozed"),
    _one_of("priority", "low", "medium", "high", "urgent"),
    **AUTOINCREMENT,
)

labels = Table(
    "labels",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    _text("title"),
    _text("description", null=True),
    _text("color", default="#1f93ff"),
    _flag("show_on_sidebar", default=True),
    *_stamps(),
    UniqueConstraint("account_id", "title"),
    **AUTOINCREMENT,
)

conversation_labels = Table(
    "conversation_labels",
    metadata,
    _ref("conversation_id", "conversations"),
    _text("title"),
    PrimaryKeyConstraint("conversation_id", "title"),
    Index(None, "title"),
    comment="An index over conversations.labels, for filters.",
)

messages = Table(
    "messages",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    _ref("inbox_id", "inboxes"),
    _ref("conversation_id", "conversations"),
    Column("message_type", SmallInteger, nullable=False),
    _text("content", null=True),
    _text("content_type", default="text"),
    _json("content_attributes"),
    _json("additional_attributes"),
    _flag("private"),
    _text("status", default="sent"),
    _text("source_id", null=True),
    _text("sender_type", null=True),
    Column("sender_id", Id, nullable=True),
    Column("attachment_count", SmallInteger, nullable=False, server_default="0"),
    *_stamps(),
    Index(None, "conversation_id", "id"),
    Index(
        "ix_messages_surveys",
        "account_id",
        "created_at",
        sqlite_where=text("content_type = 'input_csat'"),
        postgresql_where=text("content_type = 'input_csat'"),
    ),
    CheckConstraint("message_type BETWEEN 0 AND 3", name="message_type"),
    _one_of("status", "sent", "delivered", "read", "failed"),
    _one_of("sender_type", "contact", "user", "agent_bot"),
    **AUTOINCREMENT,
)

attachments = Table(
    "attachments",
    metadata,
    _id(),
    _ref("message_id", "messages"),
    _text("file_type"),
    _text("file_name", default=""),
    _text("content_type", default=""),
    _count("file_size"),
    Column("width", Integer, nullable=True),
    Column("height", Integer, nullable=True),
    _text("external_url", null=True),
    _instant("created_at", null=False),
    Index(None, "message_id"),
    **AUTOINCREMENT,
)

files = Table(
    "files",
    metadata,
    _id(),
    Column("key", Text, nullable=False, unique=True),
    _text("path"),
    _text("name"),
    _text("content_type"),
    Column("file_size", BigInteger, nullable=False),
    Column("width", Integer, nullable=True),
    Column("height", Integer, nullable=True),
    *(
        Column(name, Id, ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=True, unique=True)
        for name, table in (
            ("attachment_id", "attachments"),
            ("contact_id", "contacts"),
            ("inbox_id", "inboxes"),
            ("user_id", "users"),
            ("agent_bot_id", "agent_bots"),
        )
    ),
    Column("account_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=True),
    _instant("expires_at"),
    _instant("created_at", null=False),
    Index(None, "account_id"),
    Index(None, "expires_at"),
    comment="What is kept behind the storage port, and whose it is; one uploaded in advance is its account's until it expires.",
    **AUTOINCREMENT,
)

webhooks = Table(
    "webhooks",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    Column("target_id", Id, ForeignKey("targets.id", ondelete="CASCADE"), nullable=False, unique=True),
    _text("name", null=True),
    _json("subscriptions", "[]"),
    _json("inbox_ids", "[]"),
    _flag("include_private", default=True),
    *_stamps(),
    Index(None, "account_id"),
    **AUTOINCREMENT,
)

events = Table(
    "events",
    metadata,
    _ref("account_id", "accounts"),
    Column("number", BigInteger, nullable=False),
    _text("name"),
    Column("inbox_id", Id, nullable=False),
    Column("contact_id", Id, nullable=False),
    Column("conversation_id", Id, nullable=True),
    _flag("private"),
    Column("snapshot", LargeBinary, nullable=False),
    _instant("created_at", null=False),
    PrimaryKeyConstraint("account_id", "number"),
)

event_bodies = Table(
    "event_bodies",
    metadata,
    Column("account_id", Id, nullable=False),
    Column("number", BigInteger, nullable=False),
    _text("payload_format"),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("account_id", "number", "payload_format"),
    comment="What receivers get, rendered once: every attempt of every target sends these bytes.",
)

lanes = Table(
    "lanes",
    metadata,
    _id(),
    _ref("target_id", "targets"),
    _text("subject"),
    Column(
        "head",
        BigInteger,
        nullable=False,
        server_default="0",
        comment="Position of the last settled delivery.",
    ),
    Column(
        "tail",
        BigInteger,
        nullable=False,
        server_default="0",
        comment="Position of the last recorded delivery.",
    ),
    Column(
        "due_at",
        BigInteger,
        nullable=True,
        comment="When to look again; the end of the lease while one is held.",
    ),
    _count("set_at"),
    _count("lease"),
    Column(
        "attempts", Integer, nullable=False, server_default="0", comment="Made at the delivery after head."
    ),
    Column("refusals", Integer, nullable=False, server_default="0"),
    _instant("refused_since"),
    UniqueConstraint("target_id", "subject"),
    Index(
        "ix_lanes_due",
        "target_id",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    **AUTOINCREMENT,
)

deliveries = Table(
    "deliveries",
    metadata,
    _ref("target_id", "targets"),
    Column("number", BigInteger, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("event_number", BigInteger, nullable=False),
    Column("lane_id", Id, nullable=False),
    Column("position", BigInteger, nullable=False),
    _text("state", default="pending"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    _flag("replay"),
    _instant("created_at", null=False),
    _instant("settled_at"),
    _instant("replayed_at"),
    Column(
        "died_at",
        BigInteger,
        nullable=True,
        comment="Beside the state, so that only those that die pay for an index of them.",
    ),
    PrimaryKeyConstraint("target_id", "number"),
    UniqueConstraint("lane_id", "position"),
    Index(None, "account_id", "event_number"),
    Index(
        "ix_deliveries_dead",
        "target_id",
        "number",
        sqlite_where=text("died_at IS NOT NULL"),
        postgresql_where=text("died_at IS NOT NULL"),
    ),
    _one_of("state", "pending", "delivered", "dead", "skipped"),
    sqlite_with_rowid=False,
)

attempts = Table(
    "attempts",
    metadata,
    Column("target_id", Id, nullable=False),
    Column("delivery_number", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    _instant("started_at", null=False),
    _count("duration"),
    _text("verdict"),
    _text("reason", null=True),
    Column("status", Integer, nullable=True),
    _text("detail", default=""),
    Column("excerpt", LargeBinary, nullable=False),
    PrimaryKeyConstraint("target_id", "delivery_number", "number"),
)

replays = Table(
    "replays",
    metadata,
    _id(),
    Column("account_id", Id, nullable=False),
    _ref("target_id", "targets"),
    _text("state", default="running"),
    Column("first_number", BigInteger, nullable=False),
    Column("last_number", BigInteger, nullable=False),
    _json("numbers", "[]"),
    _instant("since", null=False),
    _instant("until", null=False),
    _instant("oldest", null=False),
    _flag("only_dead"),
    _count("total"),
    _count("done"),
    Column("rate", Integer, nullable=True),
    Column("next_number", BigInteger, nullable=False),
    _instant("next_at", null=False),
    _instant("created_at", null=False),
    _instant("finished_at"),
    Index(None, "target_id"),
    Index(
        "ix_replays_due",
        "next_at",
        sqlite_where=text("state = 'running'"),
        postgresql_where=text("state = 'running'"),
    ),
    _one_of("state", "running", "done", "cancelled"),
    **AUTOINCREMENT,
)

notices = Table(
    "notices",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    _text("kind"),
    _ref("target_id", "targets", null=True, cascade=False),
    _json("details"),
    _text("message"),
    _instant("created_at", null=False),
    _instant("read_at"),
    Index(None, "account_id", "id"),
    **AUTOINCREMENT,
)

teams = Table(
    "teams",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    _text("name"),
    _text("description", null=True),
    _flag("allow_auto_assign", default=True),
    *_stamps(),
    UniqueConstraint("account_id", "name"),
    **AUTOINCREMENT,
)

team_members = Table(
    "team_members",
    metadata,
    _ref("team_id", "teams"),
    _ref("user_id", "users"),
    PrimaryKeyConstraint("team_id", "user_id"),
    Index(None, "user_id"),
)

canned_responses = Table(
    "canned_responses",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    _text("short_code"),
    _text("content"),
    *_stamps(),
    UniqueConstraint("account_id", "short_code"),
    **AUTOINCREMENT,
)

attribute_definitions = Table(
    "attribute_definitions",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    _text("model"),
    _text("key"),
    _text("name"),
    _text("display_type"),
    _text("description", default=""),
    _json("allowed_values", "[]"),
    _text("default_value", null=True),
    _text("pattern", null=True),
    _text("cue", null=True),
    *_stamps(),
    UniqueConstraint("account_id", "model", "key"),
    _one_of("model", "conversation", "contact"),
    _one_of("display_type", "text", "number", "currency", "percent", "link", "date", "list", "checkbox"),
    **AUTOINCREMENT,
)

custom_filters = Table(
    "custom_filters",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    _ref("user_id", "users"),
    _text("name"),
    _text("kind"),
    _json("query"),
    *_stamps(),
    Index(None, "user_id", "account_id"),
    _one_of("kind", "conversation", "contact", "report"),
    **AUTOINCREMENT,
)

contact_labels = Table(
    "contact_labels",
    metadata,
    _ref("contact_id", "contacts"),
    _text("title"),
    PrimaryKeyConstraint("contact_id", "title"),
    Index(None, "title"),
)

contact_notes = Table(
    "contact_notes",
    metadata,
    _id(),
    _ref("contact_id", "contacts"),
    _ref("user_id", "users", null=True, cascade=False),
    _text("content"),
    *_stamps(),
    Index(None, "contact_id", "id"),
    **AUTOINCREMENT,
)

platform_apps = Table(
    "platform_apps",
    metadata,
    _id(),
    _text("name"),
    Column("token_hash", Text, nullable=False, unique=True),
    _instant("created_at", null=False),
    comment="Whoever runs the installation from outside; each may touch only what it made.",
    **AUTOINCREMENT,
)

platform_grants = Table(
    "platform_grants",
    metadata,
    _ref("platform_app_id", "platform_apps"),
    _text("kind"),
    Column("thing_id", Id, nullable=False),
    PrimaryKeyConstraint("platform_app_id", "kind", "thing_id"),
    _one_of("kind", "account", "user", "agent_bot"),
)

login_links = Table(
    "login_links",
    metadata,
    Column("token_hash", Text, primary_key=True),
    _ref("user_id", "users"),
    _instant("expires_at", null=False),
)

ended_sessions = Table(
    "ended_sessions",
    metadata,
    Column("session_hash", Text, primary_key=True),
    _instant("expires_at", null=False),
    Index(None, "expires_at"),
    comment="Sessions that were ended before their time; kept until that time.",
)

browser_sessions = Table(
    "browser_sessions",
    metadata,
    _id(),
    _ref("user_id", "users"),
    _text("token_hash"),
    _text("mark"),
    _text("user_agent", default=""),
    _text("address", default=""),
    _instant("created_at", null=False),
    _instant("seen_at", null=False),
    _instant("expires_at", null=False),
    UniqueConstraint("token_hash"),
    Index(None, "user_id"),
    Index(None, "expires_at"),
    comment="Who is signed in to the dashboard, and where; ended ones are gone.",
    **AUTOINCREMENT,
)

two_factors = Table(
    "two_factors",
    metadata,
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    _text("secret"),
    _count("last_step"),
    _instant("confirmed_at"),
    _instant("created_at", null=False),
    comment="Who is asked for a code after their password; before the first code was confirmed nobody is.",
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    _ref("user_id", "users"),
    _text("code_hash"),
    PrimaryKeyConstraint("user_id", "code_hash"),
    comment="Codes in place of those of a lost device; used ones are gone.",
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("key_hash", Text, primary_key=True),
    _text("request_hash"),
    Column("status", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    _instant("created_at", null=False),
    Index(None, "created_at"),
    comment="What a POST with an Idempotency-Key was answered; the hash covers who asked and the path.",
)

conversation_participants = Table(
    "conversation_participants",
    metadata,
    _ref("conversation_id", "conversations"),
    _ref("user_id", "users"),
    PrimaryKeyConstraint("conversation_id", "user_id"),
    Index(None, "user_id"),
)

mentions = Table(
    "mentions",
    metadata,
    _ref("conversation_id", "conversations"),
    _ref("user_id", "users"),
    _instant("mentioned_at", null=False),
    PrimaryKeyConstraint("conversation_id", "user_id"),
    Index(None, "user_id"),
    comment="Who was named in a private note of a conversation, and when last.",
)

drafts = Table(
    "drafts",
    metadata,
    _ref("conversation_id", "conversations"),
    _ref("user_id", "users"),
    _text("content"),
    _instant("updated_at", null=False),
    PrimaryKeyConstraint("conversation_id", "user_id"),
    Index(None, "user_id"),
)

audits = Table(
    "audits",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    Column("user_id", Id, nullable=True, comment="Kept when the user goes."),
    _text("user_type", null=True),
    _text("username", null=True),
    _text("auditable_type"),
    Column("auditable_id", Id, nullable=False),
    _text("action"),
    _json("audited_changes"),
    Column("version", Integer, nullable=False),
    _text("request_uuid"),
    _instant("created_at", null=False),
    Index(None, "account_id", "id"),
    Index(None, "account_id", "auditable_type", "auditable_id"),
    Index(None, "created_at"),
    _one_of("action", "create", "update", "destroy"),
    **AUTOINCREMENT,
)

inbox_failures = Table(
    "inbox_failures",
    metadata,
    Column("target_id", Id, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("event_number", BigInteger, nullable=False),
    PrimaryKeyConstraint("target_id", "number"),
    comment="Deliveries to an API inbox's own address that died, until their messages are marked as failed.",
)

reporting_events = Table(
    "reporting_events",
    metadata,
    _id(),
    Column("account_id", Id, nullable=False),
    _ref("conversation_id", "conversations"),
    Column("inbox_id", Id, nullable=False),
    Column("user_id", Id, nullable=True),
    _text("name"),
    Column("value", BigInteger, nullable=False, comment="Seconds."),
    Column("value_in_business_hours", BigInteger, nullable=False),
    _instant("started_at", null=False),
    _instant("created_at", null=False),
    Index(None, "account_id", "created_at"),
    Index(None, "conversation_id", "name", "created_at"),
    comment="What reports count. Goes with its conversation, and so with its inbox and its account; users are not referred to.",
    **AUTOINCREMENT,
)

csat_survey_responses = Table(
    "csat_survey_responses",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    _ref("conversation_id", "conversations"),
    Column("message_id", Id, ForeignKey("messages.id", ondelete="CASCADE"), nullable=False, unique=True),
    _ref("assigned_agent_id", "users", null=True, cascade=False),
    Column("rating", SmallInteger, nullable=False),
    _text("feedback_message", null=True),
    *_stamps(),
    Index(None, "account_id", "created_at"),
    Index(None, "conversation_id"),
    CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
    **AUTOINCREMENT,
)
