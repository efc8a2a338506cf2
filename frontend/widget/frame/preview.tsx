// The frame as the dashboard shows it beside an inbox's settings: the same views, and nobody at the other end.
// What is typed beside it comes from the page around it; what is written here goes nowhere.
import { render } from "preact";
import { App } from "./app.ts";
import { readConfiguration } from "./configuration.ts";
import type { Configuration } from "./configuration.ts";
import type { Agent, Channel, Message } from "./model.ts";
import type { ColorScheme } from "../shared/protocol.ts";
import type { State } from "./store.ts";
import "./styles/frame.css";
import { Root } from "./views/Root.tsx";

interface Rehearsal extends Configuration {
  agents: Agent[];
}

/** What the dashboard's page says. */
interface Said {
  deskbell?: unknown;
  channel?: Channel;
  scheme?: ColorScheme;
  view?: State["view"];
}

const ASKED = "Hello! Do you send to Lisbon?";
const ANSWERED = "Hello! Yes, within two days.";

function line(id: number, content: string, more: Partial<Message>): Message {
  const created_at = Math.floor(Date.now() / 1000);
  return { id, content, message_type: 0, content_type: "text", content_attributes: {}, created_at, conversation_id: 1, ...more };
}

/** A short conversation, so that there is something to look at. */
function talk(agents: Agent[], channel: Channel): Pick<State, "conversation" | "messages" | "older"> {
  const [first] = agents;
  const sender = { id: first?.id ?? 0, name: first?.name ?? channel.website_name, avatar_url: first?.avatar_url ?? "" };
  const messages = [line(1, ASKED, {}), line(2, ANSWERED, { message_type: 1, sender })];
  return { conversation: { id: 1, status: "open", agent_last_seen_at: Date.now(), contact_last_seen_at: Date.now() }, messages, older: false };
}

/** Nobody is asked anything, and nothing is sent. */
function rehearse(app: App): void {
  app.api.ask = () => new Promise<never>(() => {});
  app.outbox.add = (content) => {
    const { messages } = app.store.state;
    if (content) app.store.set({ messages: [...messages, line(messages.length + 1, content, {})] });
  };
  app.end = () => Promise.resolve();
  // The focus stays where somebody types, beside the frame.
  Object.defineProperty(app, "focus", { get: () => () => {}, set: () => {} });
}

function look(app: App, agents: Agent[], { channel, scheme, view }: Said): void {
  const { state } = app.store;
  if (channel || scheme) app.store.set({ channel: channel ?? state.channel, scheme: scheme ?? state.scheme });
  if (!view) return;
  const fresh = { conversation: null, messages: [], older: false, view };
  app.store.set(view === "chat" ? { ...fresh, ...talk(agents, app.store.state.channel) } : fresh);
}

const configuration = readConfiguration() as Rehearsal | null;
const place = document.getElementById("app");
if (configuration && place) {
  const { agents, locale } = configuration;
  const app = new App(configuration, () => {});
  rehearse(app);
  app.store.set({ agents });
  addEventListener("message", (post) => {
    const said = post.data as Said | null;
    if (post.source === parent && post.origin === location.origin && said?.deskbell === 1) look(app, agents, said);
  });
  void app.speak(locale).then(() => {
    render(<Root app={app} />, place);
    parent.postMessage({ deskbell: 1, event: "loaded" }, location.origin);
  });
}
