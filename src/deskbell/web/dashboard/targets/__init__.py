"""Whom bells ring: webhooks, and the log, figures and replays that bots and API inboxes share with them."""
