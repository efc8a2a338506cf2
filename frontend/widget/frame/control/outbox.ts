// What the visitor writes, until the server has it: in order, once, and never lost without a word.
import type { ToPage } from "../../shared/protocol.ts";
import { backoff } from "../../../shared/backoff.ts";
import { verdict } from "../../../shared/verdict.ts";
import { change, nextToSend, pack, unpack, without } from "../logic/queue.ts";
import { lastId } from "../logic/thread.ts";
import type { Begin, Message, Waiting } from "../model.ts";
import { ApiError } from "../net/api.ts";
import type { Session } from "./session.ts";
import type { Store } from "../store.ts";
import type { Sync } from "./sync.ts";

/** crypto.randomUUID is not there on sites without https. */
const newKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export class Outbox {
  readonly store: Store;
  readonly session: Session;
  readonly sync: Sync;
  readonly tell: (said: ToPage) => void;
  referer = "";
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(store: Store, session: Session, sync: Sync, tell: (said: ToPage) => void) {
    this.store = store;
    this.session = session;
    this.sync = sync;
    this.tell = tell;
    addEventListener("online", () => this.hurry());
  }

  restore(kept: string | null): void {
    this.#set(unpack(kept, this.session.api.token));
    void this.#send();
  }

  add(content: string, files: File[], begin?: Begin): void {
    const key = newKey();
    const one: Waiting = { key, content, files, referer: this.referer, written_at: Math.floor(Date.now() / 1000), state: "waiting", ...(begin ? { begin } : {}) };
    this.#set([...this.store.state.waiting, one]);
    void this.#send();
  }

  retry(key: string): void {
    this.#set(change(this.store.state.waiting, key, { state: "waiting" }));
    this.hurry();
  }

  remove(key: string): void {
    this.#set(without(this.store.state.waiting, key));
  }

  /** There is reason to think that it works now. */
  hurry(): void {
    this.#failures = 0;
    clearTimeout(this.#retry);
    void this.#send();
  }

  async #send(): Promise<void> {
    const one = nextToSend(this.store.state.waiting);
    if (!one) return;
    this.#change(one.key, { state: "sending", after: one.after ?? lastId(this.store.state.messages) });
    try {
      const isFirst = !this.store.state.conversation || !!one.begin;
      const number = await this.session.with(() => this.#deliver(one));
      this.#failures = 0;
      this.remove(one.key);
      await this.session.acted().catch(() => {});
      if (isFirst) this.tell({ event: "tell", name: "on-start-conversation", detail: { conversation_id: number } });
    } catch (error) {
      if (!this.#mayGoOn(one, error)) return;
    }
    void this.#send();
  }

  /** Answers the conversation's number. */
  async #deliver({ key, content, files, begin, referer }: Waiting): Promise<number> {
    const { api } = this.session;
    this.session.keep();
    this.#keep();
    if (begin) {
      const told = await api.begin(content, begin, referer, key);
      this.store.set({ anew: false });
      this.sync.take(told);
      return told.id;
    }
    const message: Message = files.length
      ? await (await import("../net/upload.ts")).upload(api, { content, files, key, referer }, (progress) => this.#change(key, { progress }))
      : await api.write(content, referer, key);
    this.sync.takeMessage(message);
    return message.conversation_id;
  }

  /** Whether the next one may be sent after this one was not. */
  #mayGoOn(one: Waiting, error: unknown): boolean {
    const known = error instanceof ApiError ? error : new ApiError(0, String(error));
    if (verdict(known.status) === "failed") {
      this.#change(one.key, { state: "failed", error: known.status === 422 && one.files.length ? "fileType" : known.message });
      return true;
    }
    this.#change(one.key, { state: "waiting", ...(known.status === 429 ? { error: "tooFast" } : {}) });
    this.store.set({ online: known.status !== 0 && navigator.onLine });
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#send(), known.retryAfter * 1000 || backoff(this.#failures++));
    return false;
  }

  #change(key: string, what: Partial<Waiting>): void {
    this.#set(change(this.store.state.waiting, key, what));
  }

  #set(waiting: Waiting[]): void {
    this.store.set({ waiting });
    this.#keep();
  }

  /** Over a reload of the page, once there is a session to keep it with. */
  #keep(): void {
    const { api, kept } = this.session;
    if (kept) this.tell({ event: "keep", what: "waiting", value: pack(this.store.state.waiting, api.token) });
  }
}
