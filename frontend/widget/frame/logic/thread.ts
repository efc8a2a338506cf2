// Messages in their order: what was pulled and what was here become one, without a double and without a hole.
import { ACTIVITY, INCOMING } from "../model.ts";
import type { Conversation, Message } from "../model.ts";

/** How many messages the server answers at most. */
export const PAGE = 200;

/** Messages by id, each once, the newer version of each; those of another conversation are replaced. */
export function merge(known: readonly Message[], pulled: readonly Message[]): Message[] {
  const conversation = pulled.at(-1)?.conversation_id ?? known.at(-1)?.conversation_id;
  const byId = new Map<number, Message>();
  for (const one of [...known, ...pulled]) {
    if (one.conversation_id === conversation && one.message_type !== ACTIVITY) byId.set(one.id, one);
  }
  return [...byId.values()].sort((a, b) => a.id - b.id);
}

/** The latest page takes the place of what was known where messages between the two may be missing. */
export function mergeLatest(known: readonly Message[], latest: readonly Message[]): Message[] {
  const hole = latest.length >= PAGE && known.length > 0 && known.at(-1)!.id < latest[0]!.id;
  return merge(hole ? [] : known, latest);
}

export const lastId = (messages: readonly Message[]): number => messages.at(-1)?.id ?? 0;

export const fromTeam = (message: Message): boolean => message.message_type !== INCOMING && message.message_type !== ACTIVITY;

/** What of the team's came after the visitor looked last. */
export function unseen(messages: readonly Message[], conversation: Conversation | null): Message[] {
  const seen = conversation?.contact_last_seen_at ?? 0;
  return messages.filter((one) => fromTeam(one) && one.created_at > seen);
}

/** Who spoke last for the team. */
export function lastSpeaker(messages: readonly Message[]): Message["sender"] {
  return messages.findLast((one) => fromTeam(one) && one.sender?.type !== "contact" && one.sender)?.sender;
}
