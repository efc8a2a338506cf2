// Tells the team that the visitor types: not at each key, and not for ever.
import type { Api } from "../net/api.ts";
import type { Store } from "../store.ts";

const REPEAT = 8_000;
const PAUSE = 5_000;

export class Typing {
  readonly api: Api;
  readonly store: Store;
  #said = 0;
  #stop: ReturnType<typeof setTimeout> | undefined;
  /** One after another: an "off" that overtook its "on" would leave the team waiting. */
  #line: Promise<unknown> = Promise.resolve();

  constructor(api: Api, store: Store) {
    this.api = api;
    this.store = store;
  }

  types(): void {
    if (!this.store.state.conversation) return;
    clearTimeout(this.#stop);
    this.#stop = setTimeout(() => this.stops(), PAUSE);
    if (Date.now() - this.#said < REPEAT) return;
    this.#said = Date.now();
    this.#say("on");
  }

  stops(): void {
    clearTimeout(this.#stop);
    if (!this.#said) return;
    this.#said = 0;
    this.#say("off");
  }

  #say(status: "on" | "off"): void {
    this.#line = this.#line.then(() => this.api.typing(status)).catch(() => {});
  }
}
