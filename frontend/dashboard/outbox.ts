// What agents write, until the server has it: in order, once, and never lost without a word.
import { backoff } from "../shared/backoff.ts";
import { verdict } from "../shared/verdict.ts";
import { keep, kept } from "./kept.ts";
import { post, wordsOf } from "./outbox/post.ts";
import { again, change, due, joined, pack, unpack, without } from "./outbox/queue.ts";
import type { Entry } from "./outbox/queue.ts";

/** crypto.randomUUID is not there without https. */
const newKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const SIGNED_OUT = "you are signed out. Sign in again, and it is sent.";
/** Seconds before one who was signed out may be back. */
const PAUSE = 20;

export class Outbox {
  readonly csrf: string;
  readonly #place: string;
  #queue: Entry[] = [];
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** Something about what is on its way is another. */
  changed: () => void = () => {};
  /** The server has one, and says how it looks. */
  sent: (entry: Entry, html: string) => void = () => {};
  /** The server will not have one. Whoever takes it back to be mended says true. */
  refused: (entry: Entry) => boolean = () => false;

  /** `user`: nobody sends what somebody else wrote in the same browser. */
  constructor(user: string, csrf: string) {
    this.csrf = csrf;
    this.#place = `deskbell:outbox:${user}`;
    this.#queue = this.#kept();
    addEventListener("online", () => this.hurry());
    addEventListener("storage", ({ key }) => key === this.#place && this.#set(joined(this.#queue, this.#kept()), false));
    addEventListener("beforeunload", (event) => {
      if (this.#queue.some(({ files }) => files.length)) event.preventDefault();
    });
    setTimeout(() => this.#send());
  }

  /** What is on its way to these messages. */
  of(url: string): Entry[] {
    return this.#queue.filter((one) => one.url === url);
  }

  add(what: Pick<Entry, "url" | "private" | "content" | "files">): void {
    const last = this.#queue.at(-1)?.at ?? 0;
    this.#set([...this.#queue, { ...what, key: newKey(), at: Math.max(Date.now(), last + 1), state: "waiting" }]);
    this.#send();
  }

  /** Try one again now. What may have been done under its key is not done twice. */
  retry(key: string): void {
    this.#set(change(this.#queue, key, { state: "waiting" }));
    this.hurry();
  }

  /** The server has it, or nobody wants it any more. */
  remove(key: string): void {
    if (this.#queue.some((one) => one.key === key)) this.#set(without(this.#queue, key));
  }

  /** There is reason to think that it works now. */
  hurry(): void {
    this.#failures = 0;
    clearTimeout(this.#retry);
    this.#set(again(this.#queue));
    this.#send();
  }

  #send(): void {
    for (const one of due(this.#queue)) void this.#deliver(one);
  }

  async #deliver(one: Entry): Promise<void> {
    this.#change(one.key, { state: "sending" });
    const form = new FormData();
    form.set("content", one.content);
    form.set("private", one.private ? "true" : "");
    for (const file of one.files) form.append("attachments[]", file);
    const moved = one.files.length ? (progress: number) => this.#change(one.key, { progress }) : undefined;
    const answer = await post(one.url, form, one.key, this.csrf, moved);
    if (answer.signedOut) return this.#later(one, PAUSE, SIGNED_OUT);
    if (answer.status >= 200 && answer.status < 300) this.#arrived(one, answer.text);
    else if (verdict(answer.status) === "failed") this.#failed(one, wordsOf(answer.text));
    else return this.#later(one, answer.wait, "");
    this.#send();
  }

  #arrived(one: Entry, html: string): void {
    this.#failures = 0;
    this.sent(one, html);
    this.remove(one.key);
  }

  #failed(one: Entry, why: string): void {
    if (this.refused({ ...one, why })) this.remove(one.key);
    else this.#change(one.key, { state: "refused", why });
  }

  #later(one: Entry, wait: number, why: string): void {
    this.#change(one.key, { state: "unsent", why });
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#set(again(this.#queue));
      this.#send();
    }, wait * 1000 || backoff(this.#failures++));
  }

  #change(key: string, what: Partial<Entry>): void {
    this.#set(change(this.#queue, key, what));
  }

  #set(queue: Entry[], keep = true): void {
    const added = queue.filter(({ key }) => !this.#queue.some((one) => one.key === key));
    const gone = this.#queue.filter(({ key }) => !queue.some((one) => one.key === key));
    this.#queue = queue;
    if (keep) this.#keep(added, gone);
    this.changed();
  }

  /** Other pages of the same person keep theirs in the same place. */
  #keep(added: Entry[], gone: Entry[]): void {
    const known = new Set([...this.#queue, ...added, ...gone].map(({ key }) => key));
    const others = this.#kept().filter(({ key }) => !known.has(key));
    keep(this.#place, pack([...this.#queue, ...others].sort((one, other) => one.at - other.at)));
  }

  #kept(): Entry[] {
    return unpack(kept(this.#place), Date.now());
  }
}
