import assert from "node:assert/strict";
import { test } from "node:test";
import { Keys, sheet, TABLE } from "../dashboard/keys/table.ts";
import { best, fit } from "../dashboard/palette/match.ts";

const KNOWN = ["e", "?", "g c", "g w"];

test("one key is a shortcut, and so are two that come soon after each other", () => {
  const keys = new Keys();
  assert.equal(keys.press("e", KNOWN, 0), "e");
  assert.equal(keys.press("g", KNOWN, 0), null);
  assert.equal(keys.press("w", KNOWN, 1000), "g w");
  assert.equal(keys.press("w", KNOWN, 1001), null, "the second alone is nothing");
});

test("the second key may not be long in coming", () => {
  const keys = new Keys();
  keys.press("g", KNOWN, 0);
  assert.equal(keys.press("c", KNOWN, 1500), null);
  assert.equal(keys.press("c", KNOWN, 1600), null);
});

test("a key after one that leads nowhere is taken for itself", () => {
  const keys = new Keys();
  keys.press("g", KNOWN, 0);
  assert.equal(keys.press("e", KNOWN, 10), "e");
  keys.press("g", KNOWN, 20);
  keys.press("g", KNOWN, 30);
  assert.equal(keys.press("c", KNOWN, 40), "g c");
});

test("the sheet has every shortcut once: the table's, and what the page declares besides", () => {
  const rows = sheet([
    { keys: "g c", words: "Conversations", group: "Go to" },
    { keys: "e", words: "Resolve", group: "On this page" },
    { keys: "t", words: "Send a test", group: "On this page" },
    { keys: "t", words: "Send a test", group: "On this page" },
  ]);
  const all = [...rows.values()].flat().map(({ keys }) => keys);
  assert.deepEqual(all.toSorted(), [...TABLE.map(({ keys }) => keys), "g c", "t"].toSorted());
  assert.deepEqual([...rows.keys()].slice(0, 2), ["Everywhere", "Go to"]);
  assert.equal(sheet([]).has("Go to"), false, "no group is empty");
});

test("each word typed begins a word of what fits, or is within one", () => {
  assert.ok(fit("Canned responses", "can resp"));
  assert.ok(fit("Canned responses", "RESP"));
  assert.ok(fit("Einstellungen für Bücher", "bucher"));
  assert.ok(fit("Webhooks", "hook"));
  assert.ok(!fit("Webhooks", "hooks web x"));
  assert.ok(!fit("Webhooks", "h"), "one letter within a word is not meant");
  assert.ok(fit("Webhooks", "  "));
});

test("what begins with what was typed comes first", () => {
  const words = (one: string) => one;
  assert.deepEqual(best(["Your account", "Add an account", "Accounts"], words, "acc"), ["Accounts", "Your account", "Add an account"]);
  assert.deepEqual(best(["b", "a"], words, ""), ["b", "a"]);
});
