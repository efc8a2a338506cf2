// The Widget API: one request, one answer, one kind of error.
import type { Begin, Channel, Contact, Conversation, Message, Agent } from "../model.ts";

export class ApiError extends Error {
  /** 0 where nobody answered. */
  readonly status: number;
  /** Seconds. */
  readonly retryAfter: number;
  readonly code: string;

  constructor(status: number, message: string, retryAfter = 0, code = "") {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
    this.code = code;
  }
}

export interface Told extends Conversation {
  messages: Message[];
}

interface Config {
  website_channel_config: Channel & { auth_token: string };
  contact: Contact | null;
}

interface Answering {
  error?: string;
  message?: string;
  code?: string;
}

/** What an answer says, be it of `fetch` or of an upload. */
export function errorOf(status: number, body: unknown, retryAfter: string | null): ApiError {
  const said = (body ?? {}) as Answering;
  return new ApiError(status, said.message ?? said.error ?? `${status}`, Number(retryAfter) || 0, said.code);
}

export class Api {
  token: string | null = null;
  readonly websiteToken: string;

  constructor(websiteToken: string) {
    this.websiteToken = websiteToken;
  }

  address(path: string, query: Record<string, string | number | undefined> = {}): string {
    const asked = new URLSearchParams({ website_token: this.websiteToken });
    for (const [name, value] of Object.entries(query)) if (value !== undefined) asked.set(name, `${value}`);
    return `/api/v1/widget/${path}?${asked}`;
  }

  get headers(): Record<string, string> {
    return this.token ? { "X-Auth-Token": this.token } : {};
  }

  async ask<Answer>(method: string, path: string, body?: unknown, more: { query?: Record<string, string | number | undefined>; key?: string } = {}): Promise<Answer> {
    const headers = this.headers;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (more.key) headers["Idempotency-Key"] = more.key;
    let response: Response;
    try {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      response = await fetch(this.address(path, more.query), { method, headers, credentials: "omit", signal: AbortSignal.timeout(30_000), ...sent });
    } catch {
      throw new ApiError(0, "offline");
    }
    const answered: unknown = await response.json().catch(() => null);
    if (!response.ok) throw errorOf(response.status, answered, response.headers.get("retry-after"));
    return answered as Answer;
  }

  config = (locale: string) => this.ask<Config>("POST", "config", {}, { query: { locale } });
  contact = () => this.ask<Contact>("GET", "contact");
  updateContact = (contact: unknown) => this.ask<Contact>("PATCH", "contact", contact);
  setUser = (user: unknown) => this.ask<Contact>("PATCH", "contact/set_user", user);
  deleteContactAttributes = (names: string[]) => this.ask("POST", "contact/destroy_custom_attributes", { custom_attributes: names });

  conversation = () => this.ask<Told | Record<string, never>>("GET", "conversations");
  begin = (content: string, begin: Begin, referer_url: string, key: string) =>
    this.ask<Told>("POST", "conversations", { ...begin, message: { content, referer_url, echo_id: key } }, { key });
  seen = () => this.ask("POST", "conversations/update_last_seen", {});
  typing = (status: "on" | "off") => this.ask("POST", "conversations/toggle_typing", { typing_status: status });
  end = () => this.ask("POST", "conversations/toggle_status", {});
  setConversationAttributes = (custom_attributes: unknown) => this.ask("POST", "conversations/set_custom_attributes", { custom_attributes });
  deleteConversationAttributes = (names: string[]) => this.ask("POST", "conversations/destroy_custom_attributes", { custom_attribute: names });
  addLabel = (label: string) => this.ask("POST", "labels", { label });
  removeLabel = (label: string) => this.ask("DELETE", `labels/${encodeURIComponent(label)}`);

  messages = (query: { before?: number; after?: number }) => this.ask<{ payload: Message[] }>("GET", "messages", undefined, { query });
  write = (content: string, referer_url: string, key: string) => this.ask<Message>("POST", "messages", { message: { content, referer_url, echo_id: key } }, { key });
  answer = (id: number, answer: unknown) => this.ask<Message>("PATCH", `messages/${id}`, answer);

  opened = (initiated_at: string, referer: string, locale: string) =>
    this.ask("POST", "events", { name: "webwidget.triggered", event_info: { initiated_at: { timestamp: initiated_at }, referer } }, { query: { locale } });
  agents = () => this.ask<{ payload: Agent[] }>("GET", "inbox_members");
}
