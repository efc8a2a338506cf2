// What is worth a notification, and what it says.
import { asksFor } from "../live/pokes.ts";
import type { Told } from "../live/pokes.ts";

export interface Alert {
  /** The same however often the message is told, and in whatever tab. */
  key: string;
  conversation: number;
  title: string;
  body: string;
}

/** Characters of a message that are shown. */
const LONGEST = 140;
/** Milliseconds after which a message is no news: who slept so long sees it in the list. */
const FRESH = 10 * 60_000;

/** The notification a message asks for; null for what this agent need not hear of at once. */
export function alertOf(told: Told, userId: number, now: number): Alert | null {
  if (!asksFor(told, userId)) return null;
  const { id, conversation_id: conversation, created_at: at, content, sender, attachments } = told.data;
  if (typeof conversation !== "number" || typeof at !== "number" || now - at * 1000 > FRESH) return null;
  const name = (sender as { name?: unknown } | undefined)?.name;
  const words = typeof content === "string" ? content.replace(/\s+/g, " ").trim() : "";
  const rest = Array.isArray(attachments) && attachments.length ? "Sent a file" : "Wrote to you";
  return { key: `${String(id)}-${at}`, conversation, title: typeof name === "string" && name ? name : "A visitor", body: words ? shortened(words) : rest };
}

function shortened(words: string): string {
  const letters = [...words];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join("").trimEnd()}…` : words;
}
