// The thread of a conversation: what arrives appears, what changes changes, and one's place is kept.
import { newOutbox } from "./composer.ts";
import type { Outbox } from "./outbox.ts";
import { show } from "./outbox/show.ts";
import { ask, csrfToken, send } from "./thread/ask.ts";
import { atOf, idOf, messagesIn, put, tidy } from "./thread/lines.ts";
import { tellTimes } from "./times.ts";
import { toast } from "./toast.ts";

/** So near to the end counts as at it. */
const NEAR = 80;

class Thread {
  readonly frame: HTMLElement;
  readonly outbox: Outbox;
  readonly url: string;
  readonly #scroller: HTMLElement;
  readonly #log: HTMLElement;
  readonly #waiting: HTMLElement;
  readonly #jump: HTMLButtonElement;
  /** Everything up to this message was fetched. */
  #last = 0;
  #since = "0";
  #seen = "0";
  #unreadSince: number | undefined;
  #unread: number;
  #missed = 0;
  #stuck = true;
  #pulling = false;
  #again = false;
  #older: Promise<void> | null = null;

  constructor(frame: HTMLElement, outbox: Outbox) {
    this.frame = frame;
    this.outbox = outbox;
    this.url = frame.dataset["url"]!;
    this.#scroller = frame.querySelector<HTMLElement>(".thread")!;
    this.#log = frame.querySelector<HTMLElement>("[data-messages]")!;
    this.#waiting = frame.querySelector<HTMLElement>("[data-outbox]")!;
    this.#jump = frame.querySelector<HTMLButtonElement>("[data-jump]")!;
    this.#unread = Number(frame.dataset["unread"]);
    if (frame.dataset["unreadSince"] !== undefined) this.#unreadSince = Number(frame.dataset["unreadSince"]);
    this.#state(this.#log);
    this.#last = Math.max(0, ...messagesIn(this.#log).map(idOf));
    this.#tidy();
    this.#listen();
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
      const known = this.#known();
      const html = await ask(`${this.url}?${new URLSearchParams(known)}`);
      // Written while this was asked, one's own message would show twice: once on its way, and once as it came.
      if (known["echo"] !== this.#known()["echo"]) this.#again = html !== null;
      else if (html !== null) this.take(html, true);
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
      this.#last = Math.max(this.#last, ...ids);
      if (this.#state(box.content)) this.#again = true;
      this.#news(box.content);
    }
    const incoming = fresh.filter((one) => one.dataset["kind"] === "incoming").length;
    this.#unread += incoming;
    this.#tidy();
    this.frame.querySelector("[data-nothing]")?.remove();
    if (this.#stuck) this.toEnd();
    else this.#miss(fresh.filter((one) => one.dataset["kind"] !== "activity").length);
    if (pulled) void this.markSeen();
  }

  showWaiting(): void {
    const entries = this.outbox.of(this.url);
    const count = this.#waiting.children.length;
    show(this.#waiting, entries, document.querySelector<HTMLElement>("[data-composer]")?.dataset["name"] ?? "You");
    if (entries.length > count) this.toEnd();
    else if (this.#stuck && entries.length) this.toEnd();
  }

  toEnd(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#stuck = true;
    this.#miss(-this.#missed);
  }

  /** Somebody looks at it: a page that is only open says nothing of the kind. */
  async markSeen(): Promise<void> {
    if (document.hidden || !this.#unread) return;
    const count = this.#unread;
    this.#unread = 0;
    if (!(await send(this.frame.dataset["seenUrl"]!, {}, csrfToken()))) this.#unread += count;
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
    this.toEnd();
    if (line && this.#log.contains(line)) {
      this.#scroller.scrollTop += line.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top - 60;
      this.#scrolled();
    }
    void this.markSeen();
    await this.#pointTo(location.hash);
  }

  #listen(): void {
    for (const name of ["deskbell:message", "deskbell:conversation"]) this.frame.addEventListener(name, () => void this.pull());
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#jump.addEventListener("click", () => {
      this.toEnd();
      this.#scroller.focus({ preventScroll: true });
    });
    // What grows later, such as a picture, leaves one where one is: at the end.
    new ResizeObserver(() => this.#stuck && this.toEnd()).observe(this.#log);
    new ResizeObserver(() => this.#stuck && this.toEnd()).observe(this.#scroller);
    const older = this.frame.querySelector<HTMLElement>("[data-older]");
    older?.addEventListener("click", (event) => {
      event.preventDefault();
      void this.#loadOlder();
    });
    if (older) new IntersectionObserver(([seen]) => seen?.isIntersecting && void this.#loadOlder(), { root: this.#scroller, rootMargin: "240px 0px 0px" }).observe(older);
  }

  #loadOlder(): Promise<void> {
    this.#older ??= this.#fetchOlder().finally(() => (this.#older = null));
    return this.#older;
  }

  async #fetchOlder(): Promise<void> {
    const [first] = messagesIn(this.#log);
    const html = first ? await ask(`${this.url}?before=${idOf(first)}`) : null;
    if (html === null) return;
    const box = this.#prepend(html);
    const older = this.frame.querySelector<HTMLElement>(".older");
    if (box.querySelector<HTMLElement>("[data-state]")?.dataset["full"] !== "true") older?.remove();
    else if (older && this.#scroller.scrollTop < 240) requestAnimationFrame(() => void this.#loadOlder());
  }

  /** Older ones come above, and what one reads stays where it is; screen readers are not told of them as news. */
  #prepend(html: string): DocumentFragment {
    const box = document.createElement("template");
    box.innerHTML = html;
    this.#log.setAttribute("aria-live", "off");
    const below = this.#scroller.scrollHeight - this.#scroller.scrollTop;
    put(this.#log, messagesIn(box.content));
    this.#tidy();
    if (!this.#stuck) this.#scroller.scrollTop = this.#scroller.scrollHeight - below;
    setTimeout(() => this.#log.removeAttribute("aria-live"), 500);
    return box.content;
  }

  /** A link to one message, however old. */
  async #pointTo(hash: string): Promise<void> {
    const wanted = Number(/^#message-(\d+)$/.exec(hash)?.[1] ?? 0);
    if (!wanted) return;
    const [first] = messagesIn(this.#log);
    if (first && wanted < idOf(first)) {
      this.#stuck = false;
      const html = await ask(`${this.url}?after=${wanted - 1}&before=${idOf(first)}`);
      if (html !== null) this.#prepend(html);
    }
    const message = this.#log.querySelector<HTMLElement>(`#message-${wanted}`);
    if (!message) return;
    this.#stuck = false;
    message.scrollIntoView({ block: "center" });
    message.classList.add("pointed");
    message.focus({ preventScroll: true });
  }

  #scrolled(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.#stuck = scrollHeight - scrollTop - clientHeight < NEAR;
    this.#miss(this.#stuck ? -this.#missed : 0);
  }

  /** So many more came that one does not see. */
  #miss(count: number): void {
    this.#missed += count;
    this.#jump.hidden = this.#stuck;
    this.#jump.querySelector("[data-jump-words]")!.textContent = this.#missed ? `${this.#missed} new` : "Newest";
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
  if (!frame || !outbox) current = null;
  else if (current?.frame !== frame || current.url !== frame.dataset["url"]) current = new Thread(frame, outbox);
  else current.take("");
}

function clicked(event: MouseEvent): void {
  const at = event.target instanceof Element ? event.target : null;
  const menu = at?.closest<HTMLElement>(".message-menu");
  const link = at?.closest<HTMLElement>("[data-copy-link]");
  if (link) void copyLink(link.dataset["copyLink"]!);
  if (menu && at?.closest("button")) menu.hidePopover();
}

async function copyLink(id: string): Promise<void> {
  const address = `${location.origin}${location.pathname}#${id}`;
  try {
    await navigator.clipboard.writeText(address);
    toast("Copied.");
  } catch {
    location.hash = id;
    toast("The address is above: copy it from there.");
  }
}
