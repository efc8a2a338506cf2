import "./browser.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as after } from "node:timers/promises";
import type { ToPage } from "../widget/shared/protocol.ts";
import { Outbox } from "../widget/frame/control/outbox.ts";
import { Session } from "../widget/frame/control/session.ts";
import { Sync } from "../widget/frame/control/sync.ts";
import type { Contact, Message } from "../widget/frame/model.ts";
import { ApiError } from "../widget/frame/net/api.ts";
import type { Api } from "../widget/frame/net/api.ts";
import { nobody, Store } from "../widget/frame/store.ts";
import type { State } from "../widget/frame/store.ts";

const token = (source_id: string) => `h.${btoa(JSON.stringify({ source_id }))}.s`;
const CONTACT: Contact = { id: 1, name: "Vera", email: null, phone_number: null };

/** A server with one conversation, as the Widget API shows it. */
class Server {
  messages: Message[] = [];
  status = "open";
  written = new Map<string, Message>();
  /** What becomes of the next requests to write. */
  troubles: ApiError[] = [];
  /** Whether an answer is lost after the work was done. */
  losesAnswers = false;
  token: string | null = null;

  say(content: string, message_type: number): Message {
    const id = this.messages.length + 1;
    const message = { id, content, message_type, content_type: "text", content_attributes: {}, created_at: 1000 + id, conversation_id: 7 };
    this.messages.push(message);
    return message;
  }

  api(): Api {
    const answers = {
      token: this.token,
      config: () => Promise.resolve({ website_channel_config: { auth_token: this.token ?? token("vera") }, contact: null }),
      contact: () => Promise.resolve(CONTACT),
      conversation: () => Promise.resolve(this.messages.length ? { id: 7, status: this.status, agent_last_seen_at: 0, contact_last_seen_at: 0, messages: [...this.messages] } : {}),
      messages: ({ after = 0 }: { after?: number }) => Promise.resolve({ payload: this.messages.filter((one) => one.id > after) }),
      seen: () => Promise.resolve(null),
      write: (content: string, _: string, key: string) => {
        const trouble = this.troubles.shift();
        if (trouble && !this.losesAnswers) return Promise.reject(trouble);
        const message = this.written.get(key) ?? this.say(content, 0);
        this.written.set(key, message);
        return trouble ? Promise.reject(trouble) : Promise.resolve(message);
      },
    };
    return answers as unknown as Api;
  }
}

function frame(server: Server) {
  const told: ToPage[] = [];
  const tell = (said: ToPage) => void told.push(said);
  const start = { ...nobody(), channel: { website_name: "Shop" }, open: true, view: "chat", online: true, agents: [], loading: false } as unknown as State;
  const store = new Store(start);
  const api = server.api();
  const sync = new Sync(api, store, tell);
  const session = new Session(api, store, tell, () => {});
  const outbox = new Outbox(store, session, sync, tell);
  const contents = () => store.state.messages.map((one) => one.content);
  return { told, store, sync, session, outbox, contents };
}

test("nothing is kept before the visitor acts, and the session is once they do", async () => {
  const { told, session, outbox } = frame(new Server());
  await session.open();
  assert.deepEqual(told, []);
  outbox.add("hello", []);
  await after(10);
  assert.ok(told.some((one) => one.event === "session" && one.token === token("vera")));
});

test("an agent's message that the visitor's own overtook is not missed", async () => {
  const server = new Server();
  server.say("first", 1);
  const { sync, contents, store } = frame(server);
  store.set({ contact: CONTACT });
  await sync.pull("all");
  server.say("from the agent", 1);
  sync.takeMessage(server.say("from the visitor", 0));
  assert.deepEqual(contents(), ["first", "from the visitor"]);
  await sync.pull();
  assert.deepEqual(contents(), ["first", "from the agent", "from the visitor"]);
});

test("each message that comes is told to the page once, history is not", async () => {
  const server = new Server();
  server.say("old", 1);
  const { sync, told } = frame(server);
  await sync.pull("all");
  server.say("new", 1);
  await Promise.all([sync.pull(), sync.pull("all"), sync.pull()]);
  await sync.pull("all");
  const heard = told.filter((one) => one.event === "tell").map((one) => (one.detail as Message).content);
  assert.deepEqual(heard, ["new"]);
});

test("what is written goes out in order", async () => {
  const server = new Server();
  const { outbox, store } = frame(server);
  for (const content of ["one", "two", "three"]) outbox.add(content, []);
  await after(20);
  assert.deepEqual(server.messages.map((one) => one.content), ["one", "two", "three"]);
  assert.deepEqual(store.state.waiting, []);
});

test("an answer that was lost makes no second message", async () => {
  const server = new Server();
  server.losesAnswers = true;
  server.troubles = [new ApiError(0, "offline")];
  const { outbox, store, contents } = frame(server);
  outbox.add("once", []);
  await after(10);
  assert.equal(store.state.waiting[0]?.state, "waiting");
  outbox.hurry();
  await after(10);
  assert.deepEqual(server.messages.map((one) => one.content), ["once"]);
  assert.deepEqual(contents(), ["once"]);
});

test("a refusal is shown, and holds up nothing behind it", async () => {
  const server = new Server();
  server.troubles = [new ApiError(422, "Content is too long")];
  const { outbox, store } = frame(server);
  outbox.add("bad", []);
  outbox.add("good", []);
  await after(10);
  assert.deepEqual(server.messages.map((one) => one.content), ["good"]);
  assert.deepEqual(store.state.waiting.map(({ state, error }) => [state, error]), [["failed", "Content is too long"]]);
});

test("a session that ended is replaced, and what was its visitor's is gone", async () => {
  const server = new Server();
  server.token = token("vera");
  const { session, told } = frame(server);
  session.begin(token("gone"));
  session.kept = true;
  await session.open();
  assert.deepEqual(told, [{ event: "session", token: null }]);
  assert.equal(session.kept, false);
});
