import assert from "node:assert/strict";
import { test } from "node:test";
import { lastSpeaker, merge, mergeLatest, PAGE, unseen } from "../widget/frame/logic/thread.ts";
import type { Message } from "../widget/frame/model.ts";
import { randomly } from "./randomly.ts";

const message = (id: number, more: Partial<Message> = {}): Message => ({
  id,
  content: `message ${id}`,
  message_type: 1,
  content_type: "text",
  content_attributes: {},
  created_at: 1000 + id,
  conversation_id: 1,
  ...more,
});
const ids = (messages: Message[]) => messages.map((one) => one.id);

test("whatever is pulled in whatever order, each message is there once and in order", () => {
  randomly(300, (random) => {
    const all = Array.from({ length: 1 + random(30) }, (_, place) => message(place + 1));
    let thread: Message[] = [];
    for (let round = 0; round < 12; round++) {
      const from = random(all.length);
      thread = merge(thread, all.slice(from, from + 1 + random(10)));
    }
    thread = merge(thread, all);
    assert.deepEqual(ids(thread), ids(all));
  });
});

test("a message that changed takes the place of the one that was known", () => {
  const thread = merge([message(1), message(2)], [message(1, { content: "changed" })]);
  assert.deepEqual(ids(thread), [1, 2]);
  assert.equal(thread[0]?.content, "changed");
});

test("another conversation's messages never stand beside those of this one", () => {
  assert.deepEqual(ids(merge([message(1), message(2)], [message(9, { conversation_id: 2 })])), [9]);
});

test("activity is not shown to visitors", () => {
  assert.deepEqual(ids(merge([], [message(1), message(2, { message_type: 2 })])), [1]);
});

test("a latest page far from what is known replaces it, for there may be a hole between the two", () => {
  const latest = Array.from({ length: PAGE }, (_, place) => message(place + 100));
  assert.equal(mergeLatest([message(1)], latest)[0]?.id, 100);
  assert.equal(mergeLatest([message(1)], latest.slice(1))[0]?.id, 1, "a page that is not full is all there is");
  assert.equal(mergeLatest([message(99), message(100)], latest)[0]?.id, 99, "it reaches what is known");
});

test("unseen is what the team wrote after the visitor looked", () => {
  const conversation = { id: 1, status: "open", agent_last_seen_at: 0, contact_last_seen_at: 1002 };
  assert.deepEqual(ids(unseen([message(1), message(2), message(3), message(4, { message_type: 0 })], conversation)), [3]);
});

test("the last who spoke for the team is a person or a bot with a name", () => {
  const dana = { id: 1, name: "Dana", type: "user" };
  assert.equal(lastSpeaker([message(1, { sender: dana }), message(2), message(3, { message_type: 0, sender: { id: 5, name: "Vera", type: "contact" } })])?.name, "Dana");
});
