import "./browser.ts";
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Connection } from "../dashboard/live/connection.ts";
import { Cable } from "../shared/cable.ts";

/** The server's end of each connection that was made. */
class Socket {
  static readonly OPEN = 1;
  static made: Socket[] = [];
  readyState = Socket.OPEN;
  said: Record<string, string>[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;

  constructor() {
    Socket.made.push(this);
  }

  send(text: string): void {
    this.said.push(JSON.parse(text) as Record<string, string>);
  }

  close(): void {
    this.readyState = 3;
  }

  tell(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

/** Run with a clock that stands still and connections that go nowhere; answers those that are made. */
function apart(run: (made: Socket[]) => void): void {
  Object.assign(globalThis, { WebSocket: Socket, location: new URL("https://desk.example/app") });
  Socket.made = [];
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  try {
    run(Socket.made);
  } finally {
    mock.timers.reset();
  }
}

const LONG = 40_000;

test("a connection that is silent is made anew, and says that something may have been missed", () => {
  apart((made) => {
    const states: string[] = [];
    new Connection("/cable", "7", () => {}, (state) => states.push(state));
    made[0]!.tell({ type: "welcome" });
    assert.deepEqual(JSON.parse(made[0]!.said[0]!["identifier"]!), { channel: "RoomChannel", after: "7" });
    made[0]!.tell({ type: "confirm_subscription" });
    mock.timers.tick(15_000);
    mock.timers.tick(1000);
    assert.equal(made.length, 2);
    made[1]!.tell({ type: "confirm_subscription" });
    assert.deepEqual(states, ["listening", "lost", "back"]);
  });
});

test("whoever may not listen on the dashboard tries no more", () => {
  apart((made) => {
    const states: string[] = [];
    new Connection("/cable", "7", () => {}, (state) => states.push(state));
    made[0]!.tell({ type: "disconnect", reconnect: false });
    mock.timers.tick(LONG);
    assert.deepEqual([states, made.length], [["over"], 1]);
  });
});

test("a visitor who may not listen tries again, though not soon", () => {
  apart((made) => {
    const states: string[] = [];
    new Cable("/cable", { hear: () => {}, stands: (state) => states.push(state) }).subscribe({ pubsub_token: "x" });
    made[0]!.tell({ type: "reject_subscription" });
    mock.timers.tick(20_000);
    assert.equal(made.length, 1);
    mock.timers.tick(LONG);
    assert.equal(made.length > 1, true);
    assert.deepEqual(states.slice(0, 2), ["refused", "lost"]);
  });
});

test("to listen as somebody else is a connection of its own, to listen as nobody is none", () => {
  apart((made) => {
    const cable = new Cable("/cable", { hear: () => {}, stands: () => {} });
    cable.subscribe({ pubsub_token: "one" });
    cable.subscribe({ pubsub_token: "one" });
    assert.equal(made.length, 1);
    cable.subscribe({ pubsub_token: "two" });
    assert.deepEqual(made.map(({ readyState }) => readyState), [3, 1]);
    cable.subscribe(null);
    mock.timers.tick(LONG);
    assert.deepEqual(made.map(({ readyState }) => readyState), [3, 3]);
  });
});

test("that one is there is said at the server's pings, and not at each", () => {
  apart((made) => {
    new Connection("/cable", "7", () => {}, () => {});
    const [socket] = made;
    socket!.tell({ type: "confirm_subscription" });
    for (let place = 0; place < 8; place++) {
      mock.timers.tick(3000);
      socket!.tell({ type: "ping" });
    }
    assert.deepEqual(socket!.said.map(({ data }) => data), [JSON.stringify({ action: "update_presence" })]);
  });
});
