// Messages on their way, as plain data: each conversation's in order, each once, and kept until somebody knows what became of it.

/** `waiting` is sent as soon as it is its turn, `unsent` is tried again by itself, `refused` only when somebody says so. */
export type Sending = "waiting" | "sending" | "unsent" | "refused";

export interface Entry {
  /** The same for every try: the server makes one message of it. */
  key: string;
  /** The address of the conversation's messages. */
  url: string;
  private: boolean;
  content: string;
  files: File[];
  /** When it was written. */
  at: number;
  state: Sending;
  why?: string;
  progress?: number;
}

/** How long the server surely remembers what it did under a key. */
export const SURE = 20 * 3600_000;
const TOO_OLD = "This was written long ago. Look whether it arrived before you send it again.";

/** What to send now: of each conversation the oldest that is not refused, unless one of its is under way. */
export function due(queue: readonly Entry[]): Entry[] {
  const heads = new Map<string, Entry>();
  for (const one of queue) if (one.state !== "refused" && !heads.has(one.url)) heads.set(one.url, one);
  return [...heads.values()].filter(({ state, url }) => state === "waiting" && !queue.some((one) => one.url === url && one.state === "sending"));
}

export function change(queue: readonly Entry[], key: string, what: Partial<Entry>): Entry[] {
  return queue.map((one) => (one.key === key ? { ...one, ...what } : one));
}

export const without = (queue: readonly Entry[], key: string): Entry[] => queue.filter((one) => one.key !== key);

/** There is reason to think that it works now. */
export function again(queue: readonly Entry[]): Entry[] {
  return queue.map((one) => (one.state === "unsent" ? { ...one, state: "waiting" } : one));
}

/** What may be kept over a reload of the page: files cannot be. */
export function pack(queue: readonly Entry[]): string | null {
  const kept = queue.filter(({ files }) => !files.length).map(({ files: _, progress: __, ...rest }) => rest);
  return kept.length ? JSON.stringify(kept) : null;
}

/** What was kept. What was under way is sent again, by the same key. */
export function unpack(text: string | null, now: number): Entry[] {
  if (!text) return [];
  try {
    const kept = JSON.parse(text) as Omit<Entry, "files">[];
    return kept.map((one) => {
      const entry: Entry = { ...one, files: [], state: one.state === "refused" ? "refused" : "waiting" };
      return now - one.at > SURE && entry.state !== "refused" ? { ...entry, state: "refused", why: TOO_OLD } : entry;
    });
  } catch {
    return [];
  }
}

/** What this page has and what was kept, by this page or another: what another page has seen through is gone. */
export function joined(own: readonly Entry[], kept: readonly Entry[]): Entry[] {
  const there = new Set(kept.map(({ key }) => key));
  const mine = new Set(own.map(({ key }) => key));
  const still = own.filter(({ key, files, state }) => files.length || state === "sending" || there.has(key));
  return [...still, ...kept.filter(({ key }) => !mine.has(key))].sort((one, other) => one.at - other.at);
}
