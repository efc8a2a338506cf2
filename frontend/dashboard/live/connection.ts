// What the page hears, from the last event that it shows already, and how its connection stands.
import { Cable } from "../../shared/cable.ts";
import type { Told } from "./pokes.ts";

/** `listening` (for the first time), `back` (something may have been missed), `lost`, or `over`: nobody may listen here any more. */
export type State = "listening" | "back" | "lost" | "over";

/** How often one says that one is there. */
const HERE = 20_000;

export class Connection {
  readonly #cable: Cable;
  #listened = false;
  #said = 0;

  /** `after`: the last event that the page shows already; what came after it is told first. */
  constructor(address: string, after: string, hear: (told: Told) => void, changed: (state: State) => void) {
    this.#cable = new Cable(address, {
      hear: (told) => (told.event === "resume.failed" ? changed("back") : hear(told)),
      stands: (state) => {
        if (state === "refused") this.#cable.subscribe(null);
        else if (state === "listening") this.#said = Date.now();
        changed(state === "refused" ? "over" : state === "listening" && this.#listened ? "back" : state);
        this.#listened ||= state === "listening";
      },
      pinged: () => this.#here(),
    });
    this.#cable.subscribe({ after });
  }

  /** Say something, if anybody hears. */
  say(data: Record<string, unknown>): void {
    this.#cable.say(data);
  }

  /** By the server's pings, which come however seldom a page that nobody looks at may use its own clock. */
  #here(): void {
    if (Date.now() - this.#said < HERE) return;
    this.#said = Date.now();
    this.say({ action: "update_presence" });
  }
}
