// What is written and not sent, for each conversation and kind: a reply on the server, too, for the agent's other devices.
import { keep, kept } from "../kept.ts";
import { send } from "../ask.ts";

const SOON = 800;

export class Drafts {
  readonly #own: string;
  readonly #csrf: string;
  readonly #place: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unsaved: string | null = null;
  #saving = false;

  constructor(own: string, user: string, csrf: string) {
    this.#own = own;
    this.#csrf = csrf;
    this.#place = `deskbell:draft:${user}:${own}`;
  }

  /** What this browser has that the server may not have. */
  kept(isNote: boolean): string | null {
    return kept(this.#name(isNote));
  }

  /** A blank reply is kept until the server knows it is blank. */
  write(isNote: boolean, text: string): void {
    keep(this.#name(isNote), isNote && !text ? null : text);
    if (isNote) return;
    this.#unsaved = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), SOON);
  }

  /** Save what is written now. One goes after the other, or the older could arrive last; who leaves the page cannot wait. */
  save(leaving = false): void {
    const text = this.#unsaved;
    if (text === null || (this.#saving && !leaving)) return;
    clearTimeout(this.#timer);
    this.#unsaved = null;
    this.#saving = true;
    void send(`${this.#own}/draft`, { content: text }, this.#csrf, leaving).then((taken) => {
      if (taken && this.kept(false) === text) keep(this.#name(false), null);
      this.#saving = false;
      this.save();
    });
  }

  #name(isNote: boolean): string {
    return `${this.#place}:${isNote ? "note" : "reply"}`;
  }
}
