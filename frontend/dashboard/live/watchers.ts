// The faces in a conversation's head of the colleagues who look at it too.
import type { Told } from "./pokes.ts";
import { initials, lookingWords, watchersOf, Watching } from "./watching.ts";
import type { Watcher, Watchers } from "./watching.ts";

/** Faces shown side by side; how many there are is said in words. */
const FACES = 3;
/** How long those shown may stand there while nothing is told. */
const PATIENCE = 10_000;

/** Says what this page shows, and shows who else looks. */
export class WatchersPart {
  readonly #watching: Watching;
  readonly #told = new WeakMap<Element, string>();
  #shown: Watchers | null = null;
  #lost: ReturnType<typeof setTimeout> | undefined;

  constructor(say: (data: Record<string, unknown>) => void) {
    this.#watching = new Watching(say);
    this.#watching.hides(document.hidden);
    document.addEventListener("visibilitychange", () => this.#watching.hides(document.hidden));
    document.addEventListener("htmx:after:swap", () => this.#look());
    this.#look();
  }

  hear(told: Told): void {
    const watchers = watchersOf(told);
    if (!watchers) return;
    this.#shown = watchers;
    this.#show();
  }

  /** The connection is there anew, or gone: what it told holds no more, unless it is soon back. */
  connected(there: boolean): void {
    if (!there) {
      this.#lost ??= setTimeout(() => this.#forget(), PATIENCE);
      return;
    }
    clearTimeout(this.#lost);
    this.#lost = undefined;
    this.#watching.again();
  }

  #look(): void {
    const frame = document.querySelector<HTMLElement>("[data-thread]");
    const conversation = frame ? Number(frame.dataset["thread"]) : null;
    if (this.#shown && this.#shown.conversation !== conversation) this.#shown = null;
    this.#watching.shows(conversation);
    this.#show();
  }

  #forget(): void {
    this.#shown = null;
    this.#show();
  }

  #show(): void {
    for (const place of document.querySelectorAll<HTMLElement>("[data-live-watchers]")) {
      const shown = Number(place.dataset["liveWatchers"]) === this.#shown?.conversation ? this.#shown : null;
      const words = shown ? lookingWords(shown) : "";
      const told = shown ? JSON.stringify(shown) : "";
      if ((this.#told.get(place) ?? "") === told) continue; // what stands there is not said to screen readers again
      this.#told.set(place, told);
      place.replaceChildren(...(shown && words ? [...shown.users.slice(0, FACES).map(face), element("span", "watchers-words", words)] : []));
    }
  }
}

function face({ name, face: address }: Watcher): HTMLElement {
  const known = /^(https?:\/)?\//.test(address);
  const one = element(known ? "img" : "span", "avatar");
  if (one instanceof HTMLImageElement) {
    one.alt = "";
    one.referrerPolicy = "no-referrer";
    one.src = address;
  } else {
    one.textContent = initials(name);
    one.setAttribute("aria-hidden", "true");
  }
  return one;
}

function element(tag: string, className: string, text = ""): HTMLElement {
  const one = document.createElement(tag);
  one.className = className;
  if (text) one.textContent = text;
  return one;
}
