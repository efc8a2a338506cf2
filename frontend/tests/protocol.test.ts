import assert from "node:assert/strict";
import { test } from "node:test";
import { heard } from "../widget/shared/protocol.ts";

const frame = {};
const ORIGIN = "https://chat.example.com";
const said = { deskbell: 1, event: "close" };

test("only the other's window at its own origin is heard", () => {
  assert.deepEqual(heard({ data: said, source: frame, origin: ORIGIN }, frame, ORIGIN), said);
  assert.equal(heard({ data: said, source: {}, origin: ORIGIN }, frame, ORIGIN), null, "another window");
  assert.equal(heard({ data: said, source: frame, origin: "https://evil.example.com" }, frame, ORIGIN), null, "another origin");
  assert.equal(heard({ data: said, source: frame, origin: "null" }, frame, ORIGIN), null, "a sandbox");
});

test("nobody is heard before there is a frame", () => {
  for (const nobody of [undefined, null]) assert.equal(heard({ data: said, source: nobody, origin: ORIGIN }, nobody, ORIGIN), null);
});

test("what others post is passed over", () => {
  for (const data of [null, undefined, 1, "chatwoot-widget:{}", {}, { event: "close" }, { deskbell: "1", event: "close" }, []])
    assert.equal(heard({ data, source: frame, origin: ORIGIN }, frame, ORIGIN), null);
});
