// The thread of a conversation: what arrives appears, what changes changes, and one's place is kept.
import { newOutbox } from "./composer.ts";
import { copied } from "./copy.ts";
import type { Outbox } from "./outbox.ts";
import { show } from "./outbox/show.ts";
import { ask, csrfToken, send } from "./ask.ts";
import { atOf, idOf, messagesIn, put, tidy } from "./thread/lines.ts";
import { Older } from "./thread/older.ts";
import { Place } from "./thread/place.ts";
import { tellTimes } from "./times.ts";
import { toast } from "./toast.ts";
import { backoff } from "../shared/backoff.ts";

/** So often what failed is asked for again by itself; then whatever happens next asks. */
const TRIES = 5;

class Thread {
  readonly frame: HTMLElement;
  readonly outbox: Outbox;
  readonly url: string;
  readonly #log: HTMLElement;
  readonly #waiting: HTMLElement;
  readonly #place: Place;
  readonly #older: Older;
  /** Everything up to this message was fetched. */
  #last = 0;
  #since = "0";
  #seen = "0";
  #unreadSince: number | undefined;
  #unread: number;
  #pulling = false;
  #again = false;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(frame: HTMLElement, outbox: Outbox) {
    this.frame = frame;
    this.outbox = outbox;
    this.url = frame.dataset["url"]!;
    this.#log = frame.querySelector<HTMLElement>("[data-messages]")!;
    this.#waiting = frame.querySelector<HTMLElement>("[data-outbox]")!;
    this.#unread = Number(frame.dataset["unread"]);
    if (frame.dataset["unreadSince"] !== undefined) this.#unreadSince = Number(frame.dataset["unreadSince"]);
    this.#state(this.#log);
    this.#last = Math.max(0, ...messagesIn(this.#log).map(idOf));
    this.#place = new Place(frame, this.#log);
    this.#older = new Older(frame, this.#log, this.#place, () => this.#tidy());
    this.#tidy();
    for (const name of ["deskbell:message", "deskbell:conversation"]) frame.addEventListener(name, () => void this.pull());
    this.showWaiting();
    void this.#begin();
  }

  /** Fetch what came after the last message, and what changed of those that show. */
  async pull(): Promise<void> {
    this.#again = true;
    if (this.#pulling) return;
    this.#pulling = true;
    while (this.#again && this.frame.isConnected) {
      this.#again = false;
      clearTimeout(this.#retry);
      const known = this.#known();
      const html = await ask(`${this.url}?${new URLSearchParams(known)}`);
      if (html === null) this.#later();
      // Written while this was asked, one's own message would show twice: once on its way, and once as it came.
      else if (known["echo"] !== this.#known()["echo"]) this.#again = true;
      else this.take(html, true);
    }
    this.#pulling = false;
  }

  /** Show messages as the server renders them. `pulled`: they are all that came after the last ones. */
  take(html: string, pulled = false): void {
    const box = document.createElement("template");
    box.innerHTML = html;
    const messages = messagesIn(box.content);
    const ids = messages.map(idOf);
    if (document.hidden && messages.length && this.#unreadSince === undefined) this.#unreadSince = Math.max(0, ...messagesIn(this.#log).map(atOf));
    const fresh = put(this.#log, messages);
    for (const one of messages) if (one.dataset["echo"]) this.outbox.remove(one.dataset["echo"]);
    if (pulled) {
      this.#failures = 0;
      this.#last = Math.max(this.#last, ...ids);
      if (this.#state(box.content)) this.#again = true;
      this.#news(box.content);
    }
    this.#unread += fresh.filter((one) => one.dataset["kind"] === "incoming").length;
    if (messages.length) this.frame.querySelector("[data-nothing]")?.remove();
    this.#tidy();
    this.#place.came(fresh.filter((one) => one.dataset["kind"] !== "activity").length);
    if (pulled) void this.markSeen();
  }

  /** Something in it may have been swapped. */
  settle(): void {
    this.#tidy();
    this.#place.stay();
  }

  showWaiting(): void {
    const entries = this.outbox.of(this.url);
    const count = this.#waiting.children.length;
    show(this.#waiting, entries, document.querySelector<HTMLElement>("[data-composer]")?.dataset["name"] ?? "You");
    if (entries.length > count) this.#place.toEnd();
    else if (entries.length) this.#place.stay();
  }

  /** Somebody looks at it: a page that is only open says nothing of the kind. */
  async markSeen(): Promise<void> {
    if (document.hidden || !this.#unread) return;
    const count = this.#unread;
    this.#unread = 0;
    if (!(await send(this.frame.dataset["seenUrl"]!, {}, csrfToken()))) this.#unread += count;
  }

  leave(): void {
    clearTimeout(this.#retry);
    this.#place.leave();
    this.#older.leave();
  }

  #later(): void {
    if (this.#failures < TRIES) this.#retry = setTimeout(() => void this.pull(), backoff(this.#failures++));
    else this.#failures = 0;
  }

  #known(): Record<string, string> {
    const [first] = messagesIn(this.#log);
    const echo = this.outbox.of(this.url).find(({ state }) => state !== "refused")?.key ?? "";
    return { after: String(this.#last), first: String(first ? idOf(first) : 0), since: this.#since, seen: this.#seen, ...(echo ? { echo } : {}) };
  }

  /** Remember up to when all is known; answers whether there may be more. */
  #state(place: ParentNode): boolean {
    const state = place.querySelector<HTMLElement>("[data-state]");
    if (!state) return false;
    this.#since = state.dataset["since"] ?? "0";
    this.#seen = state.dataset["seen"] ?? "0";
    const full = state.dataset["full"] === "true";
    if (place === this.#log) state.remove();
    return full;
  }

  /** What the composer should know of. */
  #news(place: ParentNode): void {
    const news = place.querySelector<HTMLElement>("[data-news]");
    if (news) this.frame.dispatchEvent(new CustomEvent("deskbell:news", { bubbles: true, detail: { news } }));
  }

  async #begin(): Promise<void> {
    const line = this.#log.querySelector<HTMLElement>('[data-between="unread"]');
    this.#place.toEnd();
    if (line) this.#place.toTop(line, 60);
    void this.markSeen();
    const wanted = Number(/^#message-(\d+)$/.exec(location.hash)?.[1] ?? 0);
    if (wanted) await this.#older.pointTo(wanted);
  }

  #tidy(): void {
    tidy(this.#log, this.#unreadSince);
    tellTimes();
  }
}

let current: Thread | null = null;
let outbox: Outbox | null = null;

/** Tend whatever thread the page shows, now and after each swap. */
export function tendThread(): void {
  if (!document.body.dataset["user"]) return;
  outbox = newOutbox();
  outbox.changed = () => current?.showWaiting();
  outbox.sent = (entry, html) => {
    if (current?.url !== entry.url) return;
    current.take(html);
    void current.pull();
  };
  mount();
  document.addEventListener("htmx:after:swap", mount);
  document.addEventListener("visibilitychange", () => void current?.markSeen());
  document.addEventListener("click", clicked);
}

function mount(): void {
  const frame = document.querySelector<HTMLElement>("[data-thread]");
  if (frame && current?.frame === frame) return current.settle();
  current?.leave();
  current = frame && outbox && new Thread(frame, outbox);
}

function clicked(event: MouseEvent): void {
  const at = event.target instanceof Element ? event.target : null;
  const menu = at?.closest<HTMLElement>(".message-menu");
  const link = at?.closest<HTMLElement>("[data-copy-link]");
  if (link) void copyLink(link.dataset["copyLink"]!);
  if (menu && at?.closest("button")) menu.hidePopover();
}

async function copyLink(id: string): Promise<void> {
  if (await copied(`${location.origin}${location.pathname}#${id}`)) return;
  location.hash = id;
  toast("The address is above: copy it from there.");
}
