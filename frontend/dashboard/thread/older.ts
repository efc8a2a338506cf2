// Messages above those that show: fetched as one comes near, by hand, or up to the one a link points to.
import { ask } from "../ask.ts";
import { idOf, messagesIn, put } from "./lines.ts";
import type { Place } from "./place.ts";

/** Milliseconds in which screen readers would take what came above for news. */
const QUIET = 500;

export class Older {
  readonly #url: string;
  readonly #log: HTMLElement;
  readonly #place: Place;
  readonly #tidy: () => void;
  readonly #more: HTMLElement | null;
  #near: IntersectionObserver | undefined;
  #fetching: Promise<void> | null = null;

  constructor(frame: HTMLElement, log: HTMLElement, place: Place, tidy: () => void) {
    this.#url = frame.dataset["url"]!;
    this.#log = log;
    this.#place = place;
    this.#tidy = tidy;
    this.#more = frame.querySelector<HTMLElement>("[data-older]");
    if (!this.#more) return;
    this.#more.addEventListener("click", (event) => {
      event.preventDefault();
      void this.#fetch();
    });
    this.#near = new IntersectionObserver(([seen]) => seen?.isIntersecting && void this.#fetch(), { root: place.scroller, rootMargin: "240px 0px 0px" });
    this.#near.observe(this.#more);
  }

  /** Go to one message, however old, if it is there. */
  async pointTo(wanted: number): Promise<void> {
    const [first] = messagesIn(this.#log);
    if (first && wanted < idOf(first)) {
      this.#place.away();
      const html = await ask(`${this.#url}?after=${wanted - 1}&before=${idOf(first)}`);
      if (html !== null) this.#prepend(html);
    }
    const message = this.#log.querySelector<HTMLElement>(`#message-${wanted}`);
    if (!message) return;
    this.#place.away();
    message.scrollIntoView({ block: "center" });
    message.classList.add("pointed");
    message.focus({ preventScroll: true });
  }

  leave(): void {
    this.#near?.disconnect();
  }

  #fetch(): Promise<void> {
    this.#fetching ??= this.#next().finally(() => (this.#fetching = null));
    return this.#fetching;
  }

  async #next(): Promise<void> {
    const [first] = messagesIn(this.#log);
    const html = first ? await ask(`${this.#url}?before=${idOf(first)}`) : null;
    if (html === null) return;
    const box = this.#prepend(html);
    if (box.querySelector<HTMLElement>("[data-state]")?.dataset["full"] !== "true") this.#more?.closest(".older")?.remove();
    else if (this.#place.scroller.scrollTop < 240) requestAnimationFrame(() => void this.#fetch());
  }

  #prepend(html: string): DocumentFragment {
    const box = document.createElement("template");
    box.innerHTML = html;
    this.#log.setAttribute("aria-live", "off");
    this.#place.hold(() => {
      put(this.#log, messagesIn(box.content));
      this.#tidy();
    });
    setTimeout(() => this.#log.removeAttribute("aria-live"), QUIET);
    return box.content;
  }
}
