// Who the visitor is to the server. Nobody, until they act: only then is the session kept.
import type { ToPage } from "../../shared/protocol.ts";
import { visitorOf } from "../logic/token.ts";
import type { Contact } from "../model.ts";
import { ApiError } from "../net/api.ts";
import type { Api } from "../net/api.ts";
import type { Store } from "../store.ts";

export class Session {
  readonly api: Api;
  readonly store: Store;
  readonly tell: (said: ToPage) => void;
  /** There is a contact, or there is none any more. */
  readonly changed: (contact: Contact | null) => void;
  /** The visitor has acted: reloads should find them again. */
  kept = false;
  #opening: Promise<void> | null = null;

  constructor(api: Api, store: Store, tell: (said: ToPage) => void, changed: (contact: Contact | null) => void) {
    this.api = api;
    this.store = store;
    this.tell = tell;
    this.changed = changed;
  }

  /** Go on with a kept session, or with none. */
  begin(token: string | null): void {
    this.api.token = token;
    this.kept = !!token;
    this.#opening = null;
  }

  /** A session the server knows. */
  open(): Promise<void> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  /** Ask, and once more with a new session where the old one has ended. */
  async with<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    await this.open();
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "unauthenticated") throw error;
      this.begin(null);
      this.changed(null);
      this.tell({ event: "session", token: null });
      await this.open();
      return ask();
    }
  }

  /** The visitor acts: from now on the page keeps the session. */
  keep(): void {
    if (this.kept || !this.api.token) return;
    this.kept = true;
    this.tell({ event: "session", token: this.api.token });
  }

  /** The server may have made a contact of what the visitor did. */
  async acted(): Promise<void> {
    this.keep();
    await this.meet();
  }

  /** Whom the server made a contact of, if it did. */
  async meet(): Promise<void> {
    if (!this.store.state.contact) this.#met(await this.api.contact());
  }

  /** Another session takes the place of this one: of the same visitor, or of another one. */
  replace(token: string, contact: Contact): void {
    this.begin(token);
    this.#opening = Promise.resolve();
    this.tell({ event: "session", token });
    this.#met(contact);
  }

  #met(contact: Contact): void {
    if (!contact.id) return;
    this.store.set({ contact });
    this.changed(contact);
  }

  async #open(): Promise<void> {
    const before = this.api.token;
    const { website_channel_config, contact } = await this.api.config(this.store.state.locale);
    this.api.token = website_channel_config.auth_token;
    if (before && visitorOf(before) !== visitorOf(this.api.token)) {
      // The old session has ended. Nobody has acted in this one.
      this.kept = false;
      this.changed(null);
      this.tell({ event: "session", token: null });
    } else if (this.kept) this.tell({ event: "session", token: this.api.token });
    this.store.set({ channel: { ...this.store.state.channel, ...website_channel_config } });
    if (contact) this.#met(contact);
  }
}
