import assert from "node:assert/strict";
import { test } from "node:test";
import { daysAgo, lines } from "../widget/frame/logic/days.ts";
import { isAccepted, problem, sizeText } from "../shared/files.ts";
import { isOpenAt } from "../widget/frame/logic/hours.ts";
import { pieces, safeHref } from "../widget/frame/logic/links.ts";
import { visitorOf } from "../widget/frame/logic/token.ts";
import { asContact } from "../widget/frame/logic/user.ts";
import type { Message } from "../widget/frame/model.ts";
import { randomly } from "./randomly.ts";

const WEEK = [1, 2, 3, 4, 5].map((day_of_week) => ({ day_of_week, open_hour: 9, open_minutes: 30, close_hour: 17, close_minutes: 0 }));

test("working hours are those of the inbox's timezone", () => {
  const week = [{ day_of_week: 0, closed_all_day: true }, ...WEEK, { day_of_week: 6, open_all_day: true }];
  const at = (when: string, timezone: string) => isOpenAt(week, timezone, new Date(when));
  assert.equal(at("2026-01-05T09:29:00Z", "UTC"), false, "Monday, a minute too early");
  assert.equal(at("2026-01-05T09:30:00Z", "UTC"), true);
  assert.equal(at("2026-01-05T17:00:00Z", "UTC"), false, "closing time is closed");
  assert.equal(at("2026-01-05T15:00:00Z", "America/New_York"), true);
  assert.equal(at("2026-01-05T15:00:00Z", "Asia/Tokyo"), false, "midnight there");
  assert.equal(at("2026-01-04T12:00:00Z", "UTC"), false, "Sunday");
  assert.equal(at("2026-01-03T03:00:00Z", "UTC"), true, "Saturday, all day");
  assert.equal(at("2026-01-04T12:00:00Z", "Mars/Olympus"), true, "an unknown timezone closes nothing");
});

test("text in pieces is the same text, and only its addresses lead anywhere", () => {
  assert.deepEqual(pieces("See https://example.com/a?b=1. Or not"), [
    { text: "See " },
    { text: "https://example.com/a?b=1", href: "https://example.com/a?b=1" },
    { text: ". Or not" },
  ]);
  const parts = ["hello ", "https://a.example/x", ", ", "javascript:alert(1)", " ", "<b>", "http://", "é€😀", "\n", "(https://b.example)"];
  randomly(500, (random) => {
    const text = Array.from({ length: random(8) }, () => parts[random(parts.length)]!).join("");
    const found = pieces(text);
    assert.equal(found.map((one) => one.text).join(""), text);
    for (const one of found) assert.ok(!one.href || /^https?:\/\//.test(one.href), one.href);
  });
});

test("no address that would run something is followed", () => {
  for (const address of ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "blob:x", "/relative", "", undefined, null]) assert.equal(safeHref(address), null);
  assert.equal(safeHref("https://example.com"), "https://example.com/");
});

test("files are judged by kind, size and number before they travel", () => {
  const file = (name: string, type = "", size = 10) => ({ name, type, size });
  assert.equal(problem(file("a.PNG", "image/png"), 0), null);
  assert.equal(problem(file("a.docx"), 0), null);
  assert.equal(problem(file("a.exe"), 0), "fileType");
  assert.equal(problem(file("a.svg", "image/svg+xml"), 0), "fileType");
  assert.equal(problem(file("a.png", "image/png", 0), 0), "fileEmpty");
  assert.equal(problem(file("a.png", "image/png", 11), 0, 10), "fileTooLarge");
  assert.equal(problem(file("a.png", "image/png"), 15), "tooManyFiles");
  assert.ok(isAccepted(file("voice", "audio/webm")));
  assert.equal(sizeText(40 * 1024 * 1024, "en"), "40 MB");
});

test("lines are parted by day, by who speaks and by pauses", () => {
  const message = (id: number, created_at: number, type: number, sender?: number): Message => ({
    id,
    created_at,
    message_type: type,
    content: "",
    content_type: "text",
    content_attributes: {},
    conversation_id: 1,
    ...(sender ? { sender: { id: sender, name: "x" } } : {}),
  });
  const noon = new Date(2026, 0, 5, 12).getTime() / 1000;
  const found = lines([message(1, noon, 0, 1), message(2, noon + 10, 0, 1), message(3, noon + 20, 1, 1), message(4, noon + 400, 1, 1), message(5, noon + 86_400, 1, 1)]);
  assert.deepEqual(found.map((one) => one.newDay), [true, false, false, false, true]);
  assert.deepEqual(found.map((one) => one.first), [true, false, true, true, true]);
  assert.deepEqual(found.map((one) => one.last), [false, true, true, true, true]);
});

test("yesterday is yesterday, whatever the hour and the season", () => {
  assert.equal(daysAgo(new Date(2026, 2, 28, 23, 59), new Date(2026, 2, 29, 0, 1)), 1);
  assert.equal(daysAgo(new Date(2026, 9, 24, 0, 1), new Date(2026, 9, 25, 23, 59)), 1);
  assert.equal(daysAgo(new Date(2026, 0, 5, 1), new Date(2026, 0, 5, 23)), 0);
});

test("a token tells visitors apart, and nonsense is nobody", () => {
  assert.equal(visitorOf(`h.${btoa(JSON.stringify({ source_id: "abc" }))}.s`), "abc");
  for (const token of [null, "", "a.b", "a.b.c", "..", `h.${btoa("[]")}.s`]) assert.equal(visitorOf(token), null);
});

test("what a site says of its user goes into the fields the server knows, the rest beside them", () => {
  assert.deepEqual(asContact("7", { name: "Ada", email: "a@example.com", city: "London", identifier: "8", identifier_hash: "x" }), {
    name: "Ada",
    email: "a@example.com",
    identifier_hash: "x",
    identifier: "7",
    additional_attributes: { city: "London" },
  });
});
