// What the frame knows right now. Whoever changes it says what changes; whoever shows it hears of it.
import type { ColorScheme, FrameSettings } from "../shared/protocol.ts";
import type { Agent, Channel, Contact, Conversation, Message, Waiting } from "./model.ts";

export interface State {
  channel: Channel;
  settings: FrameSettings;
  locale: string;
  scheme: ColorScheme;
  view: "home" | "form" | "chat";
  open: boolean;
  poppedOut: boolean;
  contact: Contact | null;
  conversation: Conversation | null;
  messages: Message[];
  /** Whether there may be messages before the first. */
  older: boolean;
  loading: boolean;
  waiting: Waiting[];
  agents: Agent[];
  typing: { name: string; avatar_url?: string | undefined } | null;
  online: boolean;
  /** The visitor wants a new conversation after a resolved one. */
  anew: boolean;
  /** What screen readers are told. */
  announced: string;
  unread: number;
}

export class Store {
  state: State;
  #listeners = new Set<() => void>();

  constructor(state: State) {
    this.state = state;
  }

  set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Nothing of what one visitor wrote stays for the next. */
export const nobody = (): Pick<State, "contact" | "conversation" | "messages" | "older" | "waiting" | "typing" | "anew" | "unread" | "announced"> => ({
  contact: null,
  conversation: null,
  messages: [],
  older: true,
  waiting: [],
  typing: null,
  anew: false,
  unread: 0,
  announced: "",
});
