// What the site's own script asks of us, one after another: the methods of window.$deskbell.
import type { Attributes, ColorScheme, Method } from "../../shared/protocol.ts";
import type { App } from "../app.ts";
import { asContact } from "../logic/user.ts";
import { tellTabs } from "./live.ts";

const SCHEMES: readonly unknown[] = ["light", "dark", "auto"];

function attributes(given: unknown): Attributes {
  if (!given || typeof given !== "object" || Array.isArray(given)) throw new Error("Custom attributes should be an object");
  return given as Attributes;
}

function text(given: unknown, what: string): string {
  if (typeof given !== "string" || !given) throw new Error(`${what} should be a text`);
  return given;
}

export class Calls {
  readonly app: App;
  #line: Promise<unknown> = Promise.resolve();
  #held: { needs: "contact" | "conversation"; act: () => Promise<unknown> }[] = [];

  constructor(app: App) {
    this.app = app;
  }

  take(method: Method, args: unknown[]): void {
    this.#queue(() => this.#carryOut(method, args));
  }

  /** What waited for the visitor to act. Nothing of it makes a record before. */
  release(): void {
    const { contact, conversation } = this.app.store.state;
    const ready = this.#held.filter((one) => (one.needs === "contact" ? contact : conversation));
    this.#held = this.#held.filter((one) => !ready.includes(one));
    for (const one of ready) this.#queue(one.act);
  }

  #queue(act: () => unknown): void {
    this.#line = this.#line.then(act).catch((error: unknown) => {
      const detail = { message: error instanceof Error ? error.message : String(error) };
      this.app.tell({ event: "tell", name: "error", detail });
    });
  }

  #once(needs: "contact" | "conversation", act: () => Promise<unknown>): void {
    this.#held.push({ needs, act });
    this.release();
  }

  #carryOut(method: Method, [first, second]: unknown[]): unknown {
    const { api, store } = this.app;
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
        return this.app.speak(text(first, "The locale"));
      case "setColorScheme":
        if (!SCHEMES.includes(first)) throw new Error("The color scheme should be light, dark or auto");
        return store.set({ scheme: first as ColorScheme });
      case "reset":
        this.#held = [];
        tellTabs(this.app, null);
        return this.app.follow(null);
    }
  }

  async #setUser(identifier: string, user: Attributes): Promise<void> {
    const { session, api, sync } = this.app;
    const contact = await session.with(() => api.setUser(asContact(identifier, user)));
    if (contact.widget_auth_token) {
      this.app.forget();
      session.replace(contact.widget_auth_token, contact);
      tellTabs(this.app, contact.widget_auth_token);
    } else await session.acted();
    this.app.tell({ event: "keep", what: "user", value: JSON.stringify([identifier, user]) }); // the same again need not be sent
    await sync.pull("all");
    this.release();
  }
}
