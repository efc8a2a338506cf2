// What the site's own script asks of us, one after another: the methods of window.$deskbell.
import type { Attributes, ColorScheme, Method, ToPage } from "../../shared/protocol.ts";
import { asContact } from "../logic/user.ts";
import type { Store } from "../store.ts";
import { tellTabs } from "./live.ts";
import type { Tab } from "./live.ts";
import type { Session } from "./session.ts";
import type { Sync } from "./sync.ts";

const SCHEMES: readonly unknown[] = ["light", "dark", "auto"];

function attributes(given: unknown): Attributes {
  if (!given || typeof given !== "object" || Array.isArray(given)) throw new Error("Custom attributes should be an object");
  return given as Attributes;
}

function text(given: unknown, what: string): string {
  if (typeof given !== "string" || !given) throw new Error(`${what} should be a text`);
  return given;
}

/** What the site's script reaches of the frame. */
interface Frame extends Tab {
  readonly store: Store;
  readonly session: Session;
  readonly sync: Sync;
  readonly tell: (said: ToPage) => void;
  speak(locale: string): Promise<void>;
  forget(): void;
}

export class Calls {
  readonly frame: Frame;
  #line: Promise<unknown> = Promise.resolve();
  #held: { needs: "contact" | "conversation"; act: () => Promise<unknown> }[] = [];

  constructor(frame: Frame) {
    this.frame = frame;
  }

  take(method: Method, args: unknown[]): void {
    this.#queue(() => this.#carryOut(method, args));
  }

  /** What waited for the visitor to act. Nothing of it makes a record before. */
  release(): void {
    const { contact, conversation } = this.frame.store.state;
    const ready = this.#held.filter((one) => (one.needs === "contact" ? contact : conversation));
    this.#held = this.#held.filter((one) => !ready.includes(one));
    for (const one of ready) this.#queue(one.act);
  }

  #queue(act: () => unknown): void {
    this.#line = this.#line.then(act).catch((error: unknown) => {
      const detail = { message: error instanceof Error ? error.message : String(error) };
      this.frame.tell({ event: "tell", name: "error", detail });
    });
  }

  #once(needs: "contact" | "conversation", act: () => Promise<unknown>): void {
    this.#held.push({ needs, act });
    this.release();
  }

  #carryOut(method: Method, [first, second]: unknown[]): unknown {
    const { api, store } = this.frame;
    switch (method) {
      case "setUser":
        return this.#setUser(text(first, "The identifier"), attributes(second));
      case "setCustomAttributes": {
        const given = attributes(first);
        return this.#once("contact", () => api.updateContact({ custom_attributes: given }));
      }
      case "deleteCustomAttribute": {
        const name = text(first, "The attribute's name");
        return this.#once("contact", () => api.deleteContactAttributes([name]));
      }
      case "setConversationCustomAttributes": {
        const given = attributes(first);
        return this.#once("conversation", () => api.setConversationAttributes(given));
      }
      case "deleteConversationCustomAttribute": {
        const name = text(first, "The attribute's name");
        return this.#once("conversation", () => api.deleteConversationAttributes([name]));
      }
      case "setLabel":
      case "removeLabel": {
        const label = text(first, "The label");
        return this.#once("conversation", () => (method === "setLabel" ? api.addLabel(label) : api.removeLabel(label)));
      }
      case "setLocale":
        return this.frame.speak(text(first, "The locale"));
      case "setColorScheme":
        if (!SCHEMES.includes(first)) throw new Error("The color scheme should be light, dark or auto");
        return store.set({ scheme: first as ColorScheme });
      case "reset":
        this.#held = [];
        tellTabs(this.frame, null);
        return this.frame.follow(null);
    }
  }

  async #setUser(identifier: string, user: Attributes): Promise<void> {
    const { session, api, sync } = this.frame;
    const contact = await session.with(() => api.setUser(asContact(identifier, user)));
    if (contact.widget_auth_token) {
      this.frame.forget();
      session.replace(contact.widget_auth_token, contact);
      tellTabs(this.frame, contact.widget_auth_token);
    } else await session.acted();
    this.frame.tell({ event: "keep", what: "user", value: JSON.stringify([identifier, user]) }); // the same again need not be sent
    await sync.pull("all");
    this.release();
  }
}
