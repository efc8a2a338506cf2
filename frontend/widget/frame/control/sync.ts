// The thread as the server has it: poked, then pulled. However often it is asked, nothing is missed and nothing doubled.
import type { ToPage } from "../../shared/protocol.ts";
import { withoutMarks } from "../logic/links.ts";
import { fromTeam, lastId, lastSpeaker, merge, mergeLatest, PAGE, unseen } from "../logic/thread.ts";
import type { Conversation, Message } from "../model.ts";
import type { Api, Told } from "../net/api.ts";
import type { Heard } from "../../../shared/cable.ts";
import type { Store } from "../store.ts";

const TYPING = 20_000;
const WITHOUT_CABLE = 5_000;

const plain = ({ id, status, agent_last_seen_at, contact_last_seen_at }: Conversation): Conversation => ({ id, status, agent_last_seen_at, contact_last_seen_at });

export class Sync {
  readonly api: Api;
  readonly store: Store;
  readonly tell: (said: ToPage) => void;
  #again: "no" | "more" | "all" = "no";
  #running: Promise<void> | null = null;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #poll: ReturnType<typeof setTimeout> | undefined;
  #polls = false;
  #pause = WITHOUT_CABLE;
  #round = 0;
  #seeing = false;
  /** The last id that was pulled. Not the last one known: what we wrote ourselves may have overtaken what others did. */
  #pulled = 0;
  /** Whether it is known what was said before: all that comes then is news. */
  #caughtUp = false;

  constructor(api: Api, store: Store, tell: (said: ToPage) => void) {
    this.api = api;
    this.store = store;
    this.tell = tell;
    document.addEventListener("visibilitychange", () => this.look());
  }

  /** What was asked before is no longer of interest: there is another visitor. */
  forget(): void {
    this.#round++;
    this.#pulled = 0;
    this.#caughtUp = false;
    this.#stopPolling();
    this.tell({ event: "unread", count: 0, text: "" });
  }

  /** Pull what is new, or all there is to know of the conversation. */
  pull(what: "more" | "all" = "more"): Promise<void> {
    if (this.#again !== "all") this.#again = what;
    this.#running ??= this.#run().finally(() => (this.#running = null));
    return this.#running;
  }

  hear({ event, data }: Heard): void {
    if (event === "conversation.typing_on") this.#types(data);
    else if (event === "conversation.typing_off") this.store.set({ typing: null });
    else if (event === "message.updated") void this.#refresh(Number(data.id));
    else if (event.startsWith("message.")) void this.pull();
    else if (event.startsWith("conversation.") || event === "resume.failed") void this.pull("all");
  }

  /** With a connection that pokes there is no need to ask; without it we do, ever more rarely. */
  connected(is: boolean): void {
    if (!is) return this.#pollLater();
    this.#stopPolling();
    this.#pause = WITHOUT_CABLE;
    void this.pull("all");
  }

  async older(): Promise<void> {
    const { messages, loading, older } = this.store.state;
    if (loading || !older || !messages.length) return;
    const round = this.#round;
    this.store.set({ loading: true });
    try {
      const { payload } = await this.api.messages({ before: messages[0]!.id });
      if (round === this.#round) this.store.set({ messages: merge(payload, this.store.state.messages), older: payload.length >= PAGE });
    } catch {
      // Scrolling up asks again.
    } finally {
      this.store.set({ loading: false });
    }
  }

  /** Take in what a request of ours was answered. */
  take(told: Told): void {
    this.#caughtUp = true;
    this.store.set({ conversation: plain(told) });
    this.#add(told.messages, true, false);
  }

  takeMessage(message: Message): void {
    const { messages, conversation } = this.store.state;
    this.#caughtUp = true;
    this.store.set({ messages: merge(messages, [message]), ...(conversation ? {} : { older: false }) });
    if (conversation?.id !== message.conversation_id) void this.pull("all");
  }

  /** The visitor may be looking now: what they see is no longer unread. */
  look(): void {
    const { conversation, messages, open, view, channel } = this.store.state;
    const fresh = unseen(messages, conversation);
    const looking = open && view === "chat" && !document.hidden;
    if (looking && conversation && fresh.length) {
      this.store.set({ unread: 0, conversation: { ...conversation, contact_last_seen_at: fresh.at(-1)!.created_at } });
      this.tell({ event: "unread", count: 0, text: "" });
      void this.#see();
      return;
    }
    const last = fresh.at(-1);
    this.store.set({ unread: fresh.length });
    const text = last && !open ? `${last.sender?.name || channel.website_name}: ${withoutMarks(last.content ?? "📎")}` : "";
    this.tell({ event: "unread", count: open ? 0 : fresh.length, text });
  }

  async #see(): Promise<void> {
    if (this.#seeing) return;
    this.#seeing = true;
    await this.api.seen().catch(() => {});
    this.#seeing = false;
  }

  async #run(): Promise<void> {
    while (this.#again !== "no") {
      const all = this.#again === "all" || !this.store.state.conversation;
      this.#again = "no";
      try {
        await (all ? this.#all() : this.#more());
      } catch {
        this.#pollLater();
      }
    }
  }

  async #all(): Promise<void> {
    const round = this.#round;
    const told = await this.api.conversation();
    if (round !== this.#round) return;
    const live = this.#caughtUp;
    this.#caughtUp = true;
    if (!("id" in told)) return;
    const { conversation, messages } = this.store.state;
    const seen = conversation?.id === told.id ? conversation.contact_last_seen_at : 0;
    const current = { ...plain(told as Told), contact_last_seen_at: Math.max(seen, (told as Told).contact_last_seen_at) };
    this.store.set({ conversation: current, anew: this.store.state.anew && told.status === "resolved" });
    if (!messages.length || conversation?.id !== told.id) this.store.set({ older: told.messages.length >= PAGE });
    this.#add(told.messages, true, live);
  }

  async #more(): Promise<void> {
    const round = this.#round;
    for (let full = true; full; ) {
      const { payload } = await this.api.messages({ after: this.#pulled });
      if (round !== this.#round) return;
      full = payload.length >= PAGE;
      const other = payload.some((one) => one.conversation_id !== this.store.state.conversation?.id);
      this.#add(payload, false, true);
      if (other) this.#again = "all";
    }
  }

  /** A message that was there already has changed. */
  async #refresh(id: number): Promise<void> {
    if (id > this.#pulled) return this.pull();
    const round = this.#round;
    const answered = await this.api.messages({ after: id - 1 }).catch(() => null);
    if (answered && round === this.#round) this.#add(answered.payload, false, true);
  }

  #add(pulled: Message[], latest: boolean, live: boolean): void {
    const { messages, channel } = this.store.state;
    const known = new Set(messages.map((one) => one.id));
    const fresh = pulled.filter((one) => one.id > this.#pulled && !known.has(one.id) && fromTeam(one));
    this.#pulled = Math.max(this.#pulled, lastId(pulled));
    this.store.set({ messages: (latest ? mergeLatest : merge)(messages, pulled) });
    if (live && fresh.length) {
      for (const one of fresh) this.tell({ event: "tell", name: "on-message", detail: one });
      const last = fresh.at(-1)!;
      this.store.set({ typing: null, announced: `${last.sender?.name || channel.website_name}: ${withoutMarks(last.content ?? "")}` });
    }
    this.look();
  }

  #types(data: Record<string, unknown>): void {
    const who = data.user as { name?: string; type?: string; avatar_url?: string } | undefined;
    if (!who || who.type === "contact" || data.is_private) return;
    const name = who.name || lastSpeaker(this.store.state.messages)?.name || this.store.state.channel.website_name;
    this.store.set({ typing: { name, avatar_url: who.avatar_url } });
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.store.set({ typing: null }), TYPING);
  }

  #pollLater(): void {
    if (this.#poll || !this.store.state.contact) return;
    this.#poll = setTimeout(() => {
      this.#poll = undefined;
      void this.pull("all").finally(() => this.#polls && this.#pollLater());
    }, this.#pause);
    this.#polls = true;
    this.#pause = Math.min(30_000, this.#pause * 1.5);
  }

  #stopPolling(): void {
    clearTimeout(this.#poll);
    this.#poll = undefined;
    this.#polls = false;
  }
}
