// The page's connection to `/cable`, by ActionCable's protocol. It comes back by itself, and says how it stands.
import { backoff } from "../../widget/frame/logic/backoff.ts";
import type { Told } from "./pokes.ts";

interface Frame {
  type?: string;
  reconnect?: boolean;
  message?: Told;
}

/** `listening` (for the first time), `back` (something may have been missed), `lost`, or `over`: nobody may listen here any more. */
export type State = "listening" | "back" | "lost" | "over";

/** Silence this long means that the connection is dead: the server pings every 3 s. */
const SILENCE = 15_000;
/** How often one says that one is there. */
const HERE = 20_000;

export class Connection {
  readonly address: string;
  readonly hear: (told: Told) => void;
  readonly changed: (state: State) => void;
  readonly #identifier: string;
  #socket: WebSocket | null = null;
  #failures = 0;
  #listened = false;
  #over = false;
  #said = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setTimeout> | undefined;

  /** `after`: the last event that the page shows already; what came after it is told first. */
  constructor(address: string, after: string, hear: (told: Told) => void, changed: (state: State) => void) {
    this.address = address;
    this.hear = hear;
    this.changed = changed;
    this.#identifier = JSON.stringify({ channel: "RoomChannel", after });
    addEventListener("online", () => this.hurry());
    addEventListener("offline", () => this.#over || this.#lost());
    addEventListener("pageshow", (event) => event.persisted && this.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
    this.#connect();
  }

  /** There is reason to think that it works now. */
  hurry(): void {
    if (this.#over || (this.#socket && this.#socket.readyState <= WebSocket.OPEN)) return;
    this.#failures = 0;
    this.#connect();
  }

  /** Say something, if anybody hears. */
  say(data: Record<string, unknown>): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#send({ command: "message", identifier: this.#identifier, data: JSON.stringify(data) });
  }

  #connect(): void {
    clearTimeout(this.#retry);
    this.#drop();
    const address = new URL(this.address, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = (this.#socket = new WebSocket(address, ["actioncable-v1-json"]));
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(String(data)) as Frame);
    socket.onclose = () => this.#lost();
    this.#alive();
  }

  #receive(frame: Frame): void {
    this.#alive();
    if (frame.type === "welcome") this.#send({ command: "subscribe", identifier: this.#identifier });
    else if (frame.type === "ping") this.#here();
    else if (frame.type === "confirm_subscription") {
      this.#failures = 0;
      this.#said = Date.now();
      this.changed(this.#listened ? "back" : "listening");
      this.#listened = true;
    } else if (frame.type === "reject_subscription" || (frame.type === "disconnect" && frame.reconnect === false)) this.#end();
    else if (frame.message?.event === "resume.failed") this.changed("back");
    else if (frame.message?.event) this.hear(frame.message);
  }

  /** By the server's pings, which come however seldom a page that nobody looks at may use its own clock. */
  #here(): void {
    if (Date.now() - this.#said < HERE) return;
    this.#said = Date.now();
    this.say({ action: "update_presence" });
  }

  #send(command: Record<string, unknown>): void {
    this.#socket?.send(JSON.stringify(command));
  }

  #alive(): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#lost(), SILENCE);
  }

  #lost(): void {
    clearTimeout(this.#retry);
    this.#drop();
    this.changed("lost");
    this.#retry = setTimeout(() => this.#connect(), backoff(this.#failures++));
  }

  #end(): void {
    this.#over = true;
    this.#drop();
    this.changed("over");
  }

  #drop(): void {
    clearTimeout(this.#watch);
    if (!this.#socket) return;
    this.#socket.onclose = this.#socket.onmessage = null;
    this.#socket.close();
    this.#socket = null;
  }
}
