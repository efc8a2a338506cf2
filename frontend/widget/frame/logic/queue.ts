// Messages on their way: one after another, each once, whatever the network does.
import { visitorOf } from "./token.ts";
import { INCOMING } from "../model.ts";
import type { Message, Waiting } from "../model.ts";

export function nextToSend(queue: readonly Waiting[]): Waiting | undefined {
  return queue.some((one) => one.state === "sending") ? undefined : queue.find((one) => one.state === "waiting");
}

export function change(queue: readonly Waiting[], key: string, what: Partial<Waiting>): Waiting[] {
  return queue.map((one) => (one.key === key ? { ...one, ...what } : one));
}

export const without = (queue: readonly Waiting[], key: string): Waiting[] => queue.filter((one) => one.key !== key);

/** What the server is not seen to have: one whose answer is late or lost may stand in the thread already. */
export function unseenBy(messages: readonly Message[], queue: readonly Waiting[]): Waiting[] {
  const has = ({ after, content, files }: Waiting) => (one: Message) =>
    one.message_type === INCOMING && one.id > after! && (one.content ?? "") === content && (one.attachments?.length ?? 0) === files.length;
  return queue.filter((one) => one.state === "failed" || !messages.some(has(one)));
}

interface Kept {
  visitor: string;
  queue: Pick<Waiting, "key" | "content" | "begin" | "referer" | "written_at" | "after" | "state" | "error">[];
}

/** The queue as it may be kept over a reload of the page. Files cannot be. */
export function pack(queue: readonly Waiting[], session: string | null): string | null {
  const texts = queue.filter((one) => one.files.length === 0);
  const visitor = visitorOf(session);
  if (!visitor || !texts.length) return null;
  return JSON.stringify({ visitor, queue: texts.map(({ files: _, progress: __, ...rest }) => rest) } satisfies Kept);
}

/** What was kept, if it is this visitor's: nobody sends what another visitor wrote. */
export function unpack(text: string | null, session: string | null): Waiting[] {
  if (!text || !session) return [];
  try {
    const kept = JSON.parse(text) as Kept;
    if (kept.visitor !== visitorOf(session)) return [];
    return kept.queue.map((one) => ({ ...one, files: [], state: one.state === "failed" ? "failed" : "waiting" }));
  } catch {
    return [];
  }
}
