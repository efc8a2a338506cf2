import assert from "node:assert/strict";
import { test } from "node:test";
import { matching, triggerAt, withMentions } from "../dashboard/composer/match.ts";
import type { Option } from "../dashboard/composer/match.ts";
import { arrange, dayName } from "../dashboard/thread/arrange.ts";

const MINUTE = 60_000;
const line = (at: number, speaker = "a", kind = "incoming") => ({ at, speaker, kind });
const day = (at: number) => String(Math.floor(at / 86_400_000));

test("one speaker's messages stand together for a while, and a day begins anew", () => {
  const lines = [line(0), line(MINUTE), line(2 * MINUTE, "b"), line(3 * MINUTE, "b"), line(9 * MINUTE, "b"), line(86_400_000, "b")];
  assert.deepEqual(arrange(lines, day).map(({ follows }) => follows), [false, true, false, true, false, false]);
  assert.deepEqual(arrange(lines, day).map((one) => one.day), ["0", null, null, null, null, "1"]);
});

test("lines that nobody says do not belong together", () => {
  assert.deepEqual(arrange([line(0, ""), line(1, "")], day).map(({ follows }) => follows), [false, false]);
});

test("the first unread message of the visitor's is marked, and only that", () => {
  const lines = [line(1), line(2, "b", "outgoing"), line(3), line(4)];
  assert.deepEqual(arrange(lines, day, 1).map(({ unread }) => unread), [false, false, true, false]);
  assert.deepEqual(arrange(lines, day, 9).map(({ unread }) => unread), [false, false, false, false]);
  assert.ok(arrange(lines, day).every(({ unread }) => !unread));
});

test("days are called as people call them", () => {
  const now = new Date(2026, 2, 30, 9).getTime(); // the day after the clocks went forward in Europe
  assert.equal(dayName(new Date(2026, 2, 30, 0, 1).getTime(), now), "Today");
  assert.equal(dayName(new Date(2026, 2, 29, 0, 1).getTime(), now), "Yesterday");
  assert.equal(dayName(new Date(2026, 2, 2, 12).getTime(), now, "en-GB"), "Monday 2 March");
  assert.match(dayName(new Date(2025, 2, 2, 12).getTime(), now, "en-GB"), /2025/);
});

const canned: Option[] = [
  { key: "bye", title: "bye", text: "Say hello to your dog" },
  { key: "ohhello", title: "ohhello", text: "x" },
  { key: "hello", title: "hello", text: "y" },
];

test("a slash asks for canned responses where a word begins, and nowhere else", () => {
  assert.deepEqual(triggerAt("/he", 3, false), { kind: "canned", start: 0, query: "he" });
  assert.deepEqual(triggerAt("so /", 4, false), { kind: "canned", start: 3, query: "" });
  for (const text of ["and/or", "https://x", "/he llo", "1/2"]) assert.equal(triggerAt(text, text.length, false), null, text);
  assert.equal(triggerAt("@ve", 3, false), null, "visitors are not told whom one names");
  assert.deepEqual(triggerAt("ask @ve", 7, true), { kind: "mention", start: 4, query: "ve" });
});

test("what begins with the words typed comes first, then what holds them, then what says them", () => {
  assert.deepEqual(matching(canned, { kind: "canned", start: 0, query: "HELLO" }).map(({ key }) => key), ["hello", "ohhello", "bye"]);
  assert.deepEqual(matching(canned, { kind: "mention", start: 0, query: "dog" }), []);
});

test("names in a note become mentions, the longest name first, and only whole ones", () => {
  const people: Option[] = [
    { key: "user/1", title: "Vera", text: "" },
    { key: "user/2", title: "Vera Berg", text: "" },
    { key: "user/3", title: "Al (x) [y]", text: "" },
  ];
  assert.equal(withMentions("@Vera Berg and @Vera, not @Verana or a@Vera", people), "[@Vera Berg](mention://user/2/Vera%20Berg) and [@Vera](mention://user/1/Vera), not @Verana or a@Vera");
  assert.equal(withMentions("@Al (x) [y]", people), "[@Al (x) \\[y\\]](mention://user/3/Al%20%28x%29%20%5By%5D)");
  const odd: Option[] = [{ key: "user/4", title: "Ann-Marie O'Neil / Sales + $1^2 {a} | b? *", text: "" }];
  assert.match(withMentions(`Ask @${odd[0]!.title} first`, odd), /^Ask \[@Ann-Marie .*\]\(mention:\/\/user\/4\/[^)]+\) first$/);
  const twins: Option[] = [{ key: "user/7", title: "Kim", text: "" }, { key: "user/8", title: "Kim", text: "" }];
  assert.equal(withMentions("@Kim", twins, new Map([["Kim", "user/8"]])), "[@Kim](mention://user/8/Kim)");
});
