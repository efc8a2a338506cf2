import assert from "node:assert/strict";
import { test } from "node:test";
import { again, change, due, joined, pack, SURE, unpack, without } from "../dashboard/outbox/queue.ts";
import { verdict } from "../shared/verdict.ts";
import type { Entry } from "../dashboard/outbox/queue.ts";
import { randomly } from "./randomly.ts";

const one = (key: string, more: Partial<Entry> = {}): Entry => ({ key, url: "/1", private: false, content: key, files: [], at: 1, state: "waiting", ...more });
const keys = (queue: readonly Entry[]) => queue.map(({ key }) => key);

test("each conversation sends one at a time, the oldest first, and waits for no other", () => {
  assert.deepEqual(keys(due([one("a"), one("b"), one("c", { url: "/2" })])), ["a", "c"]);
  assert.deepEqual(keys(due([one("a", { state: "sending" }), one("b"), one("c", { url: "/2" })])), ["c"]);
});

test("what was not sent holds back what was written after it, and what was refused does not", () => {
  assert.deepEqual(due([one("a", { state: "unsent" }), one("b")]), []);
  assert.deepEqual(keys(due([one("a", { state: "refused" }), one("b")])), ["b"]);
  assert.deepEqual(keys(due(again([one("a", { state: "unsent" }), one("b")]))), ["a"]);
  assert.deepEqual(due([one("a", { state: "waiting" }), one("b", { state: "sending" })]), [], "one that is tried again waits for the one under way");
});

test("whatever the network and the page do, each message is made once and in its order", () => {
  randomly(400, (random) => {
    const wanted = Array.from({ length: 1 + random(6) }, (_, place) => `${place}`);
    let queue = wanted.map((key, at) => one(key, { at }));
    const made: string[] = [];
    while (queue.length) {
      if (random(5) === 0) queue = unpack(pack(queue), 10); // the page is loaded anew
      const [next] = due(queue);
      if (!next) {
        queue = again(queue);
        continue;
      }
      queue = change(queue, next.key, { state: "sending" });
      assert.deepEqual(due(queue), []);
      const status = [0, 409, 429, 503, 200, 200][random(6)]!;
      const arrived = status === 200 || (status === 0 && random(2) === 1);
      if (arrived && !made.includes(next.key)) made.push(next.key); // by its key the server knows it again
      if (status === 200) queue = without(queue, next.key);
      else {
        assert.equal(verdict(status), "again");
        queue = change(queue, next.key, { state: "unsent" });
      }
    }
    assert.deepEqual(made, wanted);
  });
});

test("texts survive a reload, files do not, and what is too old is left to people", () => {
  const kept = pack([one("a", { state: "sending" }), one("b", { files: [new File(["x"], "x.txt")] }), one("c", { state: "refused", why: "no" })]);
  assert.deepEqual(
    unpack(kept, 2).map(({ key, state }) => [key, state]),
    [["a", "waiting"], ["c", "refused"]],
  );
  assert.equal(unpack(kept, SURE + 2)[0]?.state, "refused");
  assert.deepEqual(unpack("{nonsense", 0), []);
  assert.equal(pack([]), null);
});

test("what another page has sent is gone here, and what it was given comes along", () => {
  const own = [one("a", { at: 1 }), one("b", { at: 2, state: "sending" }), one("f", { at: 3, files: [new File(["x"], "x.txt")] })];
  assert.deepEqual(keys(joined(own, [one("c", { at: 2.5 })])), ["b", "c", "f"]);
});
