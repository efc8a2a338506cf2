import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Gather } from "../dashboard/live/gather.ts";
import { asksFor, pokesOf, titled, typingOf, writerOf } from "../dashboard/live/pokes.ts";
import type { Told } from "../dashboard/live/pokes.ts";
import { Saying, Typists } from "../dashboard/live/typing.ts";
import { Unseen } from "../dashboard/live/unseen.ts";

const message = (more: Record<string, unknown> = {}): Told => ({
  event: "message.created",
  data: { id: 9, conversation_id: 7, message_type: 0, private: false, conversation: { assignee_id: null }, sender: { type: "contact", id: 3 }, ...more },
});
const typing = (on: boolean, user: Record<string, unknown> = { type: "contact", id: 3, name: "Carla" }, is_private = false): Told => ({
  event: `conversation.typing_${on ? "on" : "off"}`,
  data: { conversation: { id: 7 }, user, is_private },
});

/** A gathering that keeps what it told, under a clock that stands still. */
function gathering(run: (gather: Gather<string>, told: string[]) => void): void {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  try {
    const told: string[] = [];
    run(new Gather<string>((thing) => told.push(thing), () => 1000), told);
  } finally {
    mock.timers.reset();
  }
}

test("a message pokes its conversation's thread and the list, a change its conversation and the list", () => {
  assert.deepEqual(pokesOf(message()), [{ kind: "message", conversation: 7 }, { kind: "conversations" }]);
  for (const event of ["conversation.created", "conversation.updated", "conversation.status_changed", "assignee.changed", "team.changed", "conversation.read"])
    assert.deepEqual(pokesOf({ event, data: { id: 8 } }), [{ kind: "conversation", conversation: 8 }, { kind: "conversations" }], event);
  assert.deepEqual(pokesOf({ event: "presence.update", data: {} }), [{ kind: "presence" }]);
});

test("what is not known, and what has no number, pokes nothing", () => {
  for (const told of [typing(true), { event: "first.reply.created", data: { conversation_id: 7 } }, { event: "x", data: {} }, { event: "message.created", data: {} }, message({ conversation_id: "7" })])
    assert.deepEqual(pokesOf(told), [], told.event);
});

test("a burst of a hundred is told twice, and nothing that came last is missed", () => {
  gathering((gather, told) => {
    for (let place = 0; place < 100; place++) gather.add("list", `poke ${place}`);
    assert.deepEqual(told, []);
    mock.timers.tick(100);
    assert.deepEqual(told, ["poke 99"]);
    for (let place = 100; place < 200; place++) gather.add("list", `poke ${place}`);
    mock.timers.tick(500);
    assert.equal(told.length, 1, "it pauses");
    mock.timers.tick(1000);
    assert.deepEqual(told, ["poke 99", "poke 199"]);
    mock.timers.tick(60_000);
    assert.equal(told.length, 2);
  });
});

test("one thing does not wait for another", () => {
  gathering((gather, told) => {
    gather.add("a", "a");
    mock.timers.tick(100);
    gather.add("a", "a again");
    gather.add("b", "b");
    mock.timers.tick(100);
    assert.deepEqual(told, ["a", "b"]);
  });
});

test("while nobody looks nothing is told, and then each thing once", () => {
  gathering((gather, told) => {
    gather.add("a", "before");
    gather.hold();
    for (let place = 0; place < 10; place++) gather.add(place % 2 ? "a" : "b", `${place}`);
    mock.timers.tick(600_000);
    assert.deepEqual(told, []);
    gather.release();
    assert.deepEqual([...told].sort(), ["8", "9"]);
    gather.add("c", "c");
    mock.timers.tick(100);
    assert.equal(told.at(-1), "c");
  });
});

test("what a visitor writes to me or to nobody is counted, what a colleague has is not", () => {
  assert.ok(asksFor(message(), 5));
  assert.ok(asksFor(message({ conversation: { assignee_id: 5 } }), 5));
  assert.ok(!asksFor(message({ conversation: { assignee_id: 6 } }), 5));
  assert.ok(!asksFor(message({ message_type: 1 }), 5));
  assert.ok(!asksFor({ ...message(), event: "message.updated" }, 5));
});

test("a title says how much came, once", () => {
  assert.equal(titled("Conversations", 2), "(2) Conversations");
  assert.equal(titled("(2) Conversations", 3), "(3) Conversations");
  assert.equal(titled("(99+) Conversations", 0), "Conversations");
  assert.equal(titled("Conversations", 120), "(99+) Conversations");
  assert.equal(titled("(un)known", 0), "(un)known");
});

test("typing is said now and then, and taken back after a pause, an emptied field or a change of place", () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  const said: unknown[] = [];
  const saying = new Saying(({ action, ...rest }) => said.push([action, ...Object.values(rest)]));
  for (let key = 0; key < 60; key++) {
    saying.types(7, false);
    mock.timers.tick(200);
  }
  assert.deepEqual(said, [["typing", true, 7, false], ["typing", true, 7, false]], "twelve seconds of typing");
  mock.timers.tick(5000);
  assert.deepEqual(said.at(-1), ["typing", false, 7, false]);
  saying.stops();
  assert.equal(said.length, 3, "who has stopped does not stop again");
  saying.types(7, false);
  saying.types(7, true);
  saying.stops();
  assert.deepEqual(said.slice(3), [["typing", true, 7, false], ["typing", true, 7, true], ["typing", false, 7, true]]);
  mock.timers.reset();
});

test("who types is shown until they stop, write, or are not heard of for long", () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  const typists = new Typists(() => {});
  const hear = (told: Told) => typists.hear(typingOf(told)!);
  hear(typing(true));
  assert.equal(typists.words(7), "Carla is typing…");
  hear(typing(true, { type: "user", id: 2, name: "Bob" }, true));
  assert.equal(typists.words(7), "Carla and Bob are typing…");
  hear(typing(false));
  assert.equal(typists.words(7), "Bob is writing a note…");
  hear(typing(true));
  typists.stopped(7, writerOf(message())!);
  assert.equal(typists.words(7), "Bob is writing a note…");
  mock.timers.tick(15_000);
  assert.equal(typists.words(7), "");
  assert.equal(typists.words(8), "");
  mock.timers.reset();
});

test("what came while nobody looked counts once, however often a connection that is back tells it", () => {
  const unseen = new Unseen(3);
  const told = (number: number): Told => ({ ...message(), number });
  unseen.hear(told(1), false);
  for (const number of [1, 2, 3, 2, 3]) unseen.hear(told(number), true);
  unseen.hear(typing(true), true);
  assert.equal(unseen.count, 2);
  unseen.seen();
  unseen.hear(told(3), true);
  assert.equal(unseen.count, 0);
  unseen.hear(told(4), true);
  assert.equal(unseen.count, 1);
});
