import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { initials, lookingWords, watchersOf, Watching } from "../dashboard/live/watching.ts";

type Said = Record<string, unknown>;
const LOOKS = (conversation: number | null): Said => ({ action: "watch", conversation });

/** A page that keeps what it said, under a clock that stands still. */
function watching(run: (page: Watching, said: Said[], tick: (milliseconds: number) => void) => void): void {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const said: Said[] = [];
    run(new Watching((data) => said.push(data)), said, (milliseconds) => mock.timers.tick(milliseconds));
  } finally {
    mock.timers.reset();
  }
}

test("a page says what it shows once it stays, and again as long as it does", () => {
  watching((page, said, tick) => {
    for (const number of [1, 2, 3]) {
      page.shows(number);
      tick(100);
    }
    assert.deepEqual(said, [], "going through the list, one looks at nothing");
    tick(300);
    assert.deepEqual(said, [LOOKS(3)]);
    tick(10_000);
    tick(10_000);
    assert.deepEqual(said, [LOOKS(3), LOOKS(3), LOOKS(3)]);
    page.shows(null);
    tick(300);
    tick(60_000);
    assert.deepEqual(said.slice(3), [LOOKS(null)]);
  });
});

test("a page without a conversation says nothing", () => {
  watching((page, said, tick) => {
    page.shows(null);
    page.again();
    page.hides(true);
    tick(60_000);
    assert.deepEqual(said, []);
  });
});

test("a glance at another tab is no leaving, a longer one is, and who comes back is there at once", () => {
  watching((page, said, tick) => {
    page.shows(7);
    tick(300);
    page.hides(true);
    tick(2_000);
    page.hides(false);
    tick(0);
    assert.deepEqual(said, [LOOKS(7), LOOKS(7)]);
    page.hides(true);
    tick(4_000);
    assert.deepEqual(said.slice(2), [LOOKS(null)]);
    tick(60_000);
    assert.equal(said.length, 3, "who hides says nothing more");
    page.hides(false);
    tick(0);
    assert.deepEqual(said.slice(3), [LOOKS(7)]);
  });
});

test("a new connection is told what the page shows, at once", () => {
  watching((page, said, tick) => {
    page.shows(7);
    tick(300);
    page.again();
    tick(0);
    assert.deepEqual(said, [LOOKS(7), LOOKS(7)]);
  });
});

test("who looks is read from what the server tells, and from nothing else", () => {
  const users = [{ id: 2, name: "Omar", avatar_url: "/omar.png" }, { id: 3, name: "", avatar_url: null }];
  assert.deepEqual(watchersOf({ event: "deskbell.watchers", data: { conversation: 7, users, more: 1 } }), {
    conversation: 7,
    users: [{ id: 2, name: "Omar", face: "/omar.png" }, { id: 3, name: "Somebody", face: "" }],
    more: 1,
  });
  for (const [event, data] of [["deskbell.watchers", {}], ["deskbell.watchers", { conversation: "7", users: [] }], ["message.created", { conversation: 7, users: [] }]] as const)
    assert.equal(watchersOf({ event, data }), null);
});

test("who looks reads as people say it", () => {
  const words = (more: number, ...names: string[]): string => lookingWords({ conversation: 7, users: names.map((name, id) => ({ id, name, face: "" })), more });
  assert.equal(words(0), "");
  assert.equal(words(0, "Omar"), "Omar is looking too");
  assert.equal(words(0, "Omar", "Vera"), "Omar and Vera are looking too");
  assert.equal(words(0, "Omar", "Vera", "Ann"), "Omar, Vera and one more are looking too");
  assert.equal(words(4, "Omar", "Vera", "Ann"), "Omar, Vera and 5 more are looking too");
});

test("a face without a picture has its letters, as the server makes them", () => {
  for (const [name, letters] of [["Omar Haddad", "OH"], ["omar", "O"], ["Ana de la Cruz", "AC"], ["😀 (x)", "?"], ["", "?"], ["Éva Ödön", "ÉÖ"]] as const) assert.equal(initials(name), letters, name);
});
