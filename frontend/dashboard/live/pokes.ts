// What a page is told over `/cable`, as pokes: what to look at anew, and no more than that.

/** A message as the server tells it. */
export interface Told {
  event: string;
  data: Record<string, unknown>;
  /** Of what is in the journal: its place there. */
  number?: number;
}

export interface Typing {
  conversation: number;
  on: boolean;
  private: boolean;
  /** `user-3`: who it is, whatever they are called. */
  who: string;
  name: string;
}

/** One thing to be looked at anew. `conversation` is its number; none where it is about the account. */
export interface Poke {
  kind: "message" | "conversation" | "conversations" | "presence";
  conversation?: number;
}

/** Which fragments a message concerns. What is not known concerns none. */
export function pokesOf({ event, data }: Told): Poke[] {
  if (event === "presence.update") return [{ kind: "presence" }];
  const [noun, verb = ""] = event.split(".");
  const conversation = numberOf(data, noun === "message" ? "conversation_id" : "id");
  if (conversation === null || verb.startsWith("typing")) return [];
  if (noun === "message") return [{ kind: "message", conversation }, { kind: "conversations" }];
  if (noun === "conversation" || noun === "assignee" || noun === "team") return [{ kind: "conversation", conversation }, { kind: "conversations" }];
  return [];
}

/** Who begins or ends to type where; null for whatever else is told. */
export function typingOf({ event, data }: Told): Typing | null {
  if (event !== "conversation.typing_on" && event !== "conversation.typing_off") return null;
  const user = data["user"] as Record<string, unknown> | undefined;
  const conversation = numberOf((data["conversation"] ?? {}) as Record<string, unknown>, "id");
  if (!user || conversation === null) return null;
  return { conversation, on: event.endsWith("on"), private: data["is_private"] === true, who: `${String(user["type"])}-${String(user["id"])}`, name: String(user["name"] ?? "") };
}

/** Whether a message is one from outside that this agent would want to know of: in a conversation of theirs, or of nobody's. */
export function asksFor({ event, data }: Told, userId: number): boolean {
  if (event !== "message.created" || data["message_type"] !== 0 || data["private"] === true) return false;
  const assignee = (data["conversation"] as Record<string, unknown> | undefined)?.["assignee_id"];
  return assignee === userId || assignee === null || assignee === undefined;
}

/** Who wrote a message: they type no more. */
export function writerOf({ event, data }: Told): string | null {
  if (event !== "message.created") return null;
  const sender = data["sender"] as Record<string, unknown> | undefined;
  return sender ? `${String(sender["type"])}-${String(sender["id"])}` : null;
}

/** A page's title with how much came that was not seen yet. */
export function titled(title: string, unseen: number): string {
  const plain = title.replace(/^\(\d+\+?\) /, "");
  return unseen ? `(${unseen > 99 ? "99+" : unseen}) ${plain}` : plain;
}

function numberOf(data: Record<string, unknown>, name: string): number | null {
  const value = data[name];
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : null;
}
