// A connection to `/cable`, by ActionCable's protocol. It comes back by itself, and says how it stands.
import { backoff } from "./backoff.ts";

export interface Heard {
  event: string;
  data: Record<string, unknown>;
}

interface Frame {
  type?: string;
  reconnect?: boolean;
  message?: Heard;
}

export interface Ears {
  hear(heard: Heard): void;
  /** `refused`: whoever listens may not. It is tried again, though not soon, unless nothing is listened to any more. */
  stands(state: "listening" | "lost" | "refused"): void;
  /** The server says now and then that it is there. */
  pinged?(): void;
}

/** Silence this long means that the connection is dead: the server pings every 3 s. */
const SILENCE = 15_000;
/** As if it had failed so often. */
const REFUSED = 16;

export class Cable {
  readonly #path: string;
  readonly #ears: Ears;
  #identifier: string | null = null;
  #socket: WebSocket | null = null;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setTimeout> | undefined;

  constructor(path: string, ears: Ears) {
    this.#path = path;
    this.#ears = ears;
    addEventListener("online", () => this.#hurry());
    addEventListener("offline", () => this.#lost());
    addEventListener("pageshow", (event) => event.persisted && this.#hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.#hurry());
  }

  /** Listen as what names itself so; null: no more. */
  subscribe(to: Record<string, unknown> | null): void {
    const identifier = to && JSON.stringify({ channel: "RoomChannel", ...to });
    if (identifier === this.#identifier) return;
    this.#identifier = identifier;
    this.#failures = 0;
    this.#connect();
  }

  /** Say something, if anybody hears. */
  say(data: Record<string, unknown>): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#send("message", { data: JSON.stringify(data) });
  }

  /** There is reason to think that it works now. */
  #hurry(): void {
    if (!this.#identifier || (this.#socket && this.#socket.readyState <= WebSocket.OPEN)) return;
    this.#failures = 0;
    this.#connect();
  }

  #connect(): void {
    this.#drop();
    if (!this.#identifier) return;
    const address = new URL(this.#path, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = (this.#socket = new WebSocket(address, ["actioncable-v1-json"]));
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(String(data)) as Frame);
    socket.onclose = () => this.#lost();
    this.#alive();
  }

  #receive({ type, reconnect, message }: Frame): void {
    this.#alive();
    if (type === "welcome") this.#send("subscribe");
    else if (type === "ping") this.#ears.pinged?.();
    else if (type === "confirm_subscription") {
      this.#failures = 0;
      this.#ears.stands("listening");
    } else if (type === "reject_subscription" || (type === "disconnect" && reconnect === false)) {
      this.#failures = REFUSED;
      this.#ears.stands("refused");
      this.#lost();
    } else if (!type && message?.event) this.#ears.hear(message);
  }

  #send(command: string, more = {}): void {
    this.#socket?.send(JSON.stringify({ command, identifier: this.#identifier, ...more }));
  }

  #alive(): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#lost(), SILENCE);
  }

  #lost(): void {
    this.#drop();
    if (!this.#identifier) return;
    this.#ears.stands("lost");
    this.#retry = setTimeout(() => this.#connect(), backoff(this.#failures++));
  }

  #drop(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#watch);
    if (!this.#socket) return;
    this.#socket.onclose = this.#socket.onmessage = null;
    this.#socket.close();
    this.#socket = null;
  }
}
