// Typing, both ways: that one types is said over the connection, and who else does is shown.
import type { Typing } from "./pokes.ts";

const REPEAT = 8_000;
const PAUSE = 5_000;
/** Who is not heard of for so long types no more, whatever became of their word. */
const LONGEST = 15_000;

/** Says that one types: not at each key, and not for ever. */
export class Saying {
  readonly say: (data: Record<string, unknown>) => void;
  #at: { conversation: number; private: boolean } | null = null;
  #said = 0;
  #stop: ReturnType<typeof setTimeout> | undefined;

  constructor(say: (data: Record<string, unknown>) => void) {
    this.say = say;
  }

  types(conversation: number, hidden: boolean): void {
    clearTimeout(this.#stop);
    this.#stop = setTimeout(() => this.stops(), PAUSE);
    const same = this.#at?.conversation === conversation && this.#at.private === hidden;
    if (same && Date.now() - this.#said < REPEAT) return;
    this.#at = { conversation, private: hidden };
    this.#said = Date.now();
    this.say({ action: "typing", on: true, ...this.#at });
  }

  stops(): void {
    clearTimeout(this.#stop);
    if (!this.#at) return;
    this.say({ action: "typing", on: false, ...this.#at });
    this.#at = null;
  }
}

/** Who types where. */
export class Typists {
  readonly changed: (conversation: number) => void;
  #there = new Map<number, Map<string, Typing>>();
  #timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(changed: (conversation: number) => void) {
    this.changed = changed;
  }

  hear(typing: Typing): void {
    const { conversation, who } = typing;
    const key = `${conversation} ${who}`;
    const there = this.#there.get(conversation) ?? new Map<string, Typing>();
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    if (typing.on) {
      this.#there.set(conversation, there.set(who, typing));
      this.#timers.set(key, setTimeout(() => this.hear({ ...typing, on: false }), LONGEST));
    } else if (there.delete(who)) {
      if (!there.size) this.#there.delete(conversation);
    } else return;
    this.changed(conversation);
  }

  /** They wrote, or are gone. */
  stopped(conversation: number, who: string): void {
    const typing = this.#there.get(conversation)?.get(who);
    if (typing) this.hear({ ...typing, on: false });
  }

  words(conversation: number): string {
    return words([...(this.#there.get(conversation)?.values() ?? [])]);
  }
}

/** `Carla is typing…` */
export function words(typists: Typing[]): string {
  const [one, two] = typists;
  if (!one) return "";
  if (!two) return `${one.name || "Somebody"} is ${one.private ? "writing a note" : "typing"}…`;
  return typists.length === 2 ? `${one.name} and ${two.name} are typing…` : `${typists.length} people are typing…`;
}
