// What is written and not sent, for each conversation and kind: a reply on the server, too, for the agent's other devices.
import { send } from "../thread/ask.ts";

const SOON = 800;

export class Drafts {
  readonly #own: string;
  readonly #csrf: string;
  readonly #place: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unsaved: string | null = null;

  constructor(own: string, user: string, csrf: string) {
    this.#own = own;
    this.#csrf = csrf;
    this.#place = `deskbell:draft:${user}:${own}`;
    addEventListener("pagehide", () => this.save(true));
  }

  /** What this browser has that the server may not have. */
  kept(isNote: boolean): string | null {
    try {
      return localStorage.getItem(this.#name(isNote));
    } catch {
      return null;
    }
  }

  write(isNote: boolean, text: string): void {
    this.#keep(isNote, text);
    if (isNote) return;
    this.#unsaved = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), SOON);
  }

  save(leaving = false): void {
    const text = this.#unsaved;
    clearTimeout(this.#timer);
    if (text === null) return;
    this.#unsaved = null;
    void send(`${this.#own}/draft`, { content: text }, this.#csrf, leaving).then((taken) => {
      if (taken && this.kept(false) === text) this.#keep(false, null);
    });
  }

  /** A blank reply is kept until the server knows it is blank. */
  #keep(isNote: boolean, text: string | null): void {
    try {
      if (text === null || (isNote && !text)) localStorage.removeItem(this.#name(isNote));
      else localStorage.setItem(this.#name(isNote), text);
    } catch {
      // Then the page itself is the only place.
    }
  }

  #name(isNote: boolean): string {
    return `${this.#place}:${isNote ? "note" : "reply"}`;
  }
}
