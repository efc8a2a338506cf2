// Who looks at the same conversation, both ways: that this page shows one is said over the connection, and who else looks is kept.
import type { Told } from "./pokes.ts";

export interface Watcher {
  id: number;
  name: string;
  face: string;
}

/** The colleagues who look at a conversation: some by name, and how many more. */
export interface Watchers {
  conversation: number;
  users: Watcher[];
  more: number;
}

/** How often one says it again: who is not heard of for long looks no more. */
const AGAIN = 10_000;
/** Going through the list, one looks at nothing. */
const SOON = 300;
/** Who only glances at another tab has not left. */
const GLANCE = 4_000;

/** Says which conversation the page shows, as long as somebody may look at it. */
export class Watching {
  readonly say: (data: Record<string, unknown>) => void;
  #at: number | null = null;
  #said: number | null = null;
  #hidden = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(say: (data: Record<string, unknown>) => void) {
    this.say = say;
  }

  /** The page shows this conversation, or none. */
  shows(conversation: number | null): void {
    if (conversation === this.#at) return;
    this.#at = conversation;
    this.#soon(SOON);
  }

  /** The page is hidden, or is seen again. */
  hides(hidden: boolean): void {
    if (hidden === this.#hidden) return;
    this.#hidden = hidden;
    this.#soon(hidden ? GLANCE : 0);
  }

  /** The connection is there anew: it knows nothing yet. */
  again(): void {
    this.#said = null;
    this.#soon(0);
  }

  #soon(pause: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), pause);
  }

  #tell(): void {
    clearTimeout(this.#timer);
    const now = this.#hidden ? null : this.#at;
    if (now === null && this.#said === null) return;
    this.#said = now;
    this.say({ action: "watch", conversation: now });
    if (now !== null) this.#soon(AGAIN);
  }
}

/** Who looks, as the server tells it; null for whatever else is told. */
export function watchersOf({ event, data }: Told): Watchers | null {
  const { conversation, users, more } = data;
  if (event !== "deskbell.watchers" || typeof conversation !== "number" || !Array.isArray(users)) return null;
  const found = (users as Record<string, unknown>[]).map(({ id, name, avatar_url }) => ({ id: Number(id), name: String(name || "Somebody"), face: String(avatar_url ?? "") }));
  return { conversation, users: found, more: Number(more) || 0 };
}

/** `Omar is looking too` */
export function lookingWords({ users, more }: Watchers): string {
  const names = users.map(({ name }) => name);
  const [one, two] = names;
  const others = names.length + more - 2;
  if (!one) return "";
  if (!two) return `${one} is looking too`;
  if (!others) return `${one} and ${two} are looking too`;
  return `${one}, ${two} and ${others === 1 ? "one more" : `${others} more`} are looking too`;
}

/** `OH`, where there is no picture. */
export function initials(name: string): string {
  const parts = name.split(/\s+/).filter((part) => /^[\p{L}\p{N}]/u.test(part));
  return [...parts.slice(0, 1), ...parts.slice(1).slice(-1)].map((part) => [...part][0]).join("").toUpperCase() || "?";
}
