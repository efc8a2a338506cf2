// The frame's parts, and how they go together.
import type { Method, ToFrame, ToPage } from "../shared/protocol.ts";
import type { Calls } from "./control/calls.ts";
import { Outbox } from "./control/outbox.ts";
import { Session } from "./control/session.ts";
import { Sync } from "./control/sync.ts";
import { Typing } from "./control/typing.ts";
import type { Configuration } from "./configuration.ts";
import { loadLanguage } from "./languages/language.ts";
import type { Contact, Message } from "./model.ts";
import { Api } from "./net/api.ts";
import type { Cable } from "../../shared/cable.ts";
import { nobody, Store } from "./store.ts";

export class App {
  readonly configuration: Configuration;
  readonly tell: (said: ToPage) => void;
  readonly store: Store;
  readonly api: Api;
  readonly sync: Sync;
  readonly session: Session;
  readonly outbox: Outbox;
  readonly typing: Typing;
  /** Called when the widget was opened, to bring the focus where it is of use. */
  focus: () => void = () => {};
  // Loaded when they are needed: most visitors only look, and most sites call nothing.
  #cable: Promise<Cable> | null = null;
  #calls: Promise<Calls> | null = null;
  #talking = false;

  constructor(configuration: Configuration, tell: (said: ToPage) => void) {
    this.configuration = configuration;
    this.tell = tell;
    const { channel, locale, origin } = configuration;
    const said = { settings: {}, scheme: origin ? "light" : "auto", view: "home", open: false, loading: false, agents: [] } as const;
    this.store = new Store({ ...said, ...nobody(), agents: [], channel, locale, poppedOut: !origin, online: navigator.onLine });
    this.api = new Api(configuration.website_token);
    this.sync = new Sync(this.api, this.store, tell);
    this.session = new Session(this.api, this.store, tell, (contact) => this.#met(contact));
    this.outbox = new Outbox(this.store, this.session, this.sync, tell);
    this.typing = new Typing(this.api, this.store);
    this.store.subscribe(() => this.#talks(!!this.store.state.conversation));
    addEventListener("online", () => this.store.set({ online: true }));
    addEventListener("offline", () => this.store.set({ online: false }));
  }

  hear(said: ToFrame): void {
    if (said.event === "init") void this.#begin(said);
    else if (said.event === "opened") void this.#opened(said.referer);
    else if (said.event === "closed") this.#closed();
    else if (said.event === "call") void this.#call(said.method, said.args);
  }

  async speak(locale: string): Promise<void> {
    const found = await loadLanguage(locale);
    document.documentElement.lang = found.lang;
    document.documentElement.dir = found.dir;
    this.store.set({ locale });
  }

  show(view: "home" | "form" | "chat"): void {
    this.store.set({ view });
    this.sync.look();
    this.focus();
  }

  /** The visitor wants to talk: with a form before it where the inbox asks for one. */
  start(): void {
    const { channel, conversation, anew } = this.store.state;
    const asks = channel.pre_chat_form_enabled && channel.pre_chat_form_options.pre_chat_fields?.some((one) => one.enabled);
    this.show(asks && (!conversation || anew) ? "form" : "chat");
  }

  startAnew(): void {
    this.store.set({ anew: true });
    this.start();
  }

  async answer(message: Message, answer: unknown): Promise<void> {
    const answered = await this.session.with(() => this.api.answer(message.id, answer));
    this.sync.takeMessage(answered);
    this.store.set({ contact: await this.api.contact().catch(() => this.store.state.contact) });
  }

  async end(): Promise<void> {
    await this.session.with(() => this.api.end());
    await this.sync.pull("all");
  }

  /** Nothing of the visitor stays on the screen. */
  forget(): void {
    this.sync.forget();
    this.store.set({ ...nobody(), view: "home" });
  }

  /** The session has ended: its thread is out of reach, but not what is still to be sent, nor where one writes. */
  #over(): void {
    const { waiting, view } = this.store.state;
    this.forget();
    this.store.set({ waiting, view });
  }

  /** Another is the visitor now, or nobody: as the site said, here or in another tab. */
  async follow(token: string | null): Promise<void> {
    this.forget();
    this.session.begin(token);
    void this.#listen(null);
    this.tell({ event: "session", token: null });
    if (!token) return;
    this.tell({ event: "session", token });
    await this.#resume();
  }

  /** What waited for the visitor to act. */
  async release(): Promise<void> {
    (await this.#calls)?.release();
  }

  async #call(method: Method, args: unknown[]): Promise<void> {
    this.#calls ??= import("./control/calls.ts").then(({ Calls }) => new Calls(this));
    (await this.#calls).take(method, args);
  }

  /** Hear of what happens to the contact with this token; without a connection, ask from time to time. */
  async #listen(token: string | null): Promise<void> {
    if (token) this.#cable ??= this.#makeCable();
    try {
      (await this.#cable)?.subscribe(token ? { pubsub_token: token } : null);
    } catch {
      this.#cable = null;
      this.sync.connected(false);
    }
  }

  async #makeCable(): Promise<Cable> {
    const { Cable, hearTabs } = await import("./control/live.ts");
    hearTabs(this);
    return new Cable(this.configuration.cable, {
      hear: (heard) => this.sync.hear(heard),
      stands: (state) => this.#connected(state === "listening"),
    });
  }

  async #begin({ session, waiting, locale, color_scheme, settings }: Extract<ToFrame, { event: "init" }>): Promise<void> {
    this.session.begin(session);
    this.store.set({ settings, scheme: color_scheme });
    this.outbox.restore(waiting);
    if (locale) await this.speak(locale);
    if (session) await this.#resume();
  }

  async #resume(): Promise<void> {
    await this.session.open().catch(() => {});
    if (this.store.state.contact) await this.sync.pull("all");
    const { open, view, conversation } = this.store.state;
    if (open && view === "home" && conversation) this.show("chat"); // opened before it was known that there is one
    void this.release();
  }

  async #opened(referer: string): Promise<void> {
    const at = new Date().toISOString();
    const { conversation, view, waiting, locale, poppedOut } = this.store.state;
    this.outbox.referer = referer;
    this.store.set({ open: true });
    this.show(view === "home" && (conversation || waiting.length) ? "chat" : view);
    this.api
      .agents()
      .then(({ payload }) => this.store.set({ agents: payload }))
      .catch(() => {});
    const ring = () => (poppedOut ? Promise.resolve() : this.api.opened(at, referer, locale));
    await this.session
      .with(ring)
      .then(() => this.session.acted()) // the bell tells of a contact: the next page finds the same one
      .catch(() => {});
    if (this.store.state.contact && !conversation) await this.sync.pull("all");
  }

  #closed(): void {
    this.typing.stops();
    this.store.set({ open: false });
    this.sync.look();
  }

  #met(contact: Contact | null): void {
    if (!contact) this.#over();
    void this.#listen(contact?.pubsub_token ?? null);
    void this.release();
  }

  /** A conversation has begun, be it by the visitor or by the team. */
  #talks(is: boolean): void {
    if (is === this.#talking) return;
    this.#talking = is;
    if (!is) return;
    this.session.keep();
    void this.release();
  }

  #connected(is: boolean): void {
    this.sync.connected(is);
    if (!is) return;
    this.store.set({ online: true });
    this.outbox.hurry();
  }
}
