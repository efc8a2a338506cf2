import assert from "node:assert/strict";
import { test } from "node:test";
import type { Told } from "../dashboard/live/pokes.ts";
import { alertOf } from "../dashboard/notify/alert.ts";
import { claimed } from "../dashboard/notify/claim.ts";

const NOW = 1_760_000_000_000;
const message = (more: Record<string, unknown> = {}, event = "message.created"): Told => ({
  event,
  data: { id: 9, conversation_id: 7, message_type: 0, private: false, created_at: NOW / 1000 - 1, content: "Hello", conversation: { assignee_id: null }, sender: { type: "contact", name: "Carla" }, ...more },
});

test("a visitor's message in a conversation of mine or of nobody's asks for a notification", () => {
  const expected = { key: `9-${NOW / 1000 - 1}`, conversation: 7, title: "Carla", body: "Hello" };
  assert.deepEqual(alertOf(message(), 3, NOW), expected);
  assert.deepEqual(alertOf(message({ conversation: { assignee_id: 3 } }), 3, NOW), expected);
});

test("nothing else does: a colleague's conversation, what the team says, notes, changes, what is old", () => {
  const others = [
    message({ conversation: { assignee_id: 4 } }),
    message({ message_type: 1 }),
    message({ message_type: 2 }),
    message({ private: true }),
    message({}, "message.updated"),
    message({ created_at: NOW / 1000 - 11 * 60 }),
    message({ created_at: undefined }),
    message({ conversation_id: undefined }),
    { event: "conversation.created", data: { id: 7 } },
  ];
  for (const told of others) assert.equal(alertOf(told, 3, NOW), null, JSON.stringify(told));
});

test("a notification says who wrote and the beginning of what", () => {
  const body = (more: Record<string, unknown>): string | undefined => alertOf(message(more), 3, NOW)?.body;
  assert.equal(body({ content: " One\n\ntwo " }), "One two");
  assert.equal(body({ content: null, attachments: [{}] }), "Sent a file");
  assert.equal(body({ content: "" }), "Wrote to you");
  const long = body({ content: "🔔".repeat(500) })!;
  assert.equal([...long].length, 140);
  assert.ok(long.endsWith("🔔…"));
  assert.equal(alertOf(message({ sender: undefined }), 3, NOW)?.title, "A visitor");
});

test("of all tabs the first to claim a message tells it, and what is remembered does not grow", () => {
  let claims = claimed(null, "one");
  assert.equal(claims, "one");
  assert.equal(claimed(claims, "one"), null);
  claims = claimed(claims, "two");
  assert.equal(claimed(claims, "one"), null);
  for (let number = 0; number < 500; number++) claims = claimed(claims, `claim-${number}`);
  assert.equal(claims?.split(" ").length, 100);
  assert.equal(claimed(claims, "claim-499"), null);
});
