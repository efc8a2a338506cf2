import assert from "node:assert/strict";
import { test } from "node:test";
import { backoff } from "../shared/backoff.ts";
import { change, nextToSend, pack, unpack, unseenBy, without } from "../widget/frame/logic/queue.ts";
import { verdict } from "../shared/verdict.ts";
import type { Message, Waiting } from "../widget/frame/model.ts";
import { randomly } from "./randomly.ts";

const one = (key: string, more: Partial<Waiting> = {}): Waiting => ({ key, content: key, files: [], referer: "", written_at: 1, state: "waiting", ...more });
const session = (source_id: string) => `x.${btoa(JSON.stringify({ source_id, iat: Math.random() }))}.y`;

test("one message is sent at a time, the oldest first", () => {
  assert.equal(nextToSend([one("a"), one("b")])?.key, "a");
  assert.equal(nextToSend([one("a", { state: "sending" }), one("b")]), undefined);
  assert.equal(nextToSend([one("a", { state: "failed" }), one("b")])?.key, "b");
});

test("whatever the network does, each message arrives once and in the order it was written", () => {
  randomly(300, (random) => {
    let queue = Array.from({ length: 1 + random(8) }, (_, place) => one(`${place}`));
    const wanted = queue.map((waiting) => waiting.key);
    const arrived: string[] = [];
    while (queue.length) {
      const next = nextToSend(queue);
      assert.ok(next, "as long as there are messages one of them can be sent");
      queue = change(queue, next.key, { state: "sending" });
      assert.equal(nextToSend(queue), undefined);
      const status = [0, 409, 429, 503, 200, 200][random(6)]!;
      if (status === 0 && random(2) && !arrived.includes(next.key)) arrived.push(next.key); // it came, and its answer did not
      if (status === 200) {
        if (!arrived.includes(next.key)) arrived.push(next.key); // the key makes it one
        queue = without(queue, next.key);
      } else {
        assert.equal(verdict(status), "again");
        queue = change(queue, next.key, { state: "waiting" });
      }
    }
    assert.deepEqual(arrived, wanted);
  });
});

test("what is wrong stays wrong, and is not asked again", () => {
  for (const status of [400, 401, 403, 404, 413, 422]) assert.equal(verdict(status), "failed");
  for (const status of [0, 408, 409, 429, 500, 502, 503]) assert.equal(verdict(status), "again");
});

test("a queue survives a reload for its visitor, though the token was renewed meanwhile", () => {
  const kept = pack([one("a", { state: "sending" }), one("b", { state: "failed", error: "no" })], session("vera"));
  const found = unpack(kept, session("vera"));
  assert.deepEqual(
    found.map(({ key, state }) => [key, state]),
    [
      ["a", "waiting"],
      ["b", "failed"],
    ],
  );
});

test("nobody sends what another visitor wrote", () => {
  const kept = pack([one("a")], session("vera"));
  assert.deepEqual(unpack(kept, session("mallory")), []);
  assert.deepEqual(unpack(kept, null), []);
  assert.deepEqual(unpack("{nonsense", session("vera")), []);
});

test("files are not kept, and nothing is kept where there is nothing", () => {
  assert.equal(pack([one("a", { files: [new File(["x"], "x.txt")] })], session("vera")), null);
  assert.equal(pack([], session("vera")), null);
  assert.equal(pack([one("a")], null), null);
});

test("a lost connection is tried again ever later, at most after 30 s", () => {
  assert.ok(backoff(0, 1) <= 1000 && backoff(0, 0) >= 750);
  randomly(200, (random) => {
    const wait = backoff(random(1000), random(1000) / 1000);
    assert.ok(wait >= 750 && wait <= 30_000);
  });
});

test("a message that came before its own answer did is shown once", () => {
  const message = (id: number, content: string, more: Partial<Message> = {}) => ({ id, content, message_type: 0, content_attributes: {}, ...more }) as Message;
  const shown = (messages: Message[], queue: Waiting[]) => unseenBy(messages, queue).map((waiting) => waiting.key);
  const sent = one("Hi", { state: "sending", after: 4 });
  assert.deepEqual(shown([message(4, "Hi")], [sent]), ["Hi"], "that was said before");
  assert.deepEqual(shown([message(4, "Hi"), message(5, "Hi", { message_type: 1 })], [sent]), ["Hi"], "that is the team's");
  assert.deepEqual(shown([message(5, "Hello")], [sent]), ["Hi"], "that is another message");
  assert.deepEqual(shown([message(5, "Hi")], [sent, one("Hi")]), ["Hi"], "what was not sent yet cannot be there");
  assert.deepEqual(shown([message(5, "Hi")], [{ ...sent, state: "waiting" }]), []);
  assert.deepEqual(shown([message(5, "Hi")], [{ ...sent, state: "failed" }]), ["Hi"], "what was refused is told of");
  const kept = unpack(pack([sent], session("vera")), session("vera"));
  assert.deepEqual(shown([message(5, "Hi")], kept), [], "after a reload too");
  const picture = one("", { files: [new File(["x"], "x.txt")], after: 4 });
  assert.deepEqual(shown([message(5, "")], [picture]), [""]);
  assert.deepEqual(unseenBy([{ ...message(5, ""), content: null, attachments: [{ id: 1, file_type: "file", data_url: "" }] }], [picture]), []);
});
