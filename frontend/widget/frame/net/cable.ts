// The connection that pokes: ActionCable's protocol, as far as a visitor needs it.
import { backoff } from "../logic/backoff.ts";

export interface Heard {
  event: string;
  data: Record<string, unknown>;
}

interface Frame {
  type?: string;
  identifier?: string;
  reconnect?: boolean;
  message?: Heard;
}

/** Silence this long means that the connection is dead: the server pings every 3 s. */
const SILENCE = 15_000;

export class Cable {
  readonly path: string;
  readonly hear: (heard: Heard) => void;
  /** Listening (again): what happened in between is to be pulled. */
  readonly listening: (connected: boolean) => void;
  #socket: WebSocket | null = null;
  #token: string | null = null;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setTimeout> | undefined;

  constructor(path: string, hear: (heard: Heard) => void, listening: (connected: boolean) => void) {
    this.path = path;
    this.hear = hear;
    this.listening = listening;
    addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
  }

  /** Listen as the owner of this token; null: no more. */
  subscribe(token: string | null): void {
    if (token === this.#token) return;
    this.#token = token;
    this.#failures = 0;
    this.#connect();
  }

  /** There is reason to think that it works now. */
  hurry(): void {
    if (!this.#token || this.#socket?.readyState === WebSocket.OPEN) return;
    this.#failures = 0;
    this.#connect();
  }

  #connect(): void {
    clearTimeout(this.#retry);
    this.#drop();
    if (!this.#token) return;
    const address = new URL(this.path, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = (this.#socket = new WebSocket(address, ["actioncable-v1-json"]));
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(String(data)) as Frame);
    socket.onclose = () => this.#lost();
    this.#alive();
  }

  #receive(frame: Frame): void {
    this.#alive();
    if (frame.type === "welcome") {
      const identifier = JSON.stringify({ channel: "RoomChannel", pubsub_token: this.#token });
      this.#socket?.send(JSON.stringify({ command: "subscribe", identifier }));
    } else if (frame.type === "confirm_subscription") {
      this.#failures = 0;
      this.listening(true);
    } else if (frame.type === "reject_subscription" || (frame.type === "disconnect" && frame.reconnect === false)) {
      this.#failures = 16;
      this.#socket?.close();
    } else if (!frame.type && frame.message?.event) this.hear(frame.message);
  }

  #alive(): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#lost(), SILENCE);
  }

  #lost(): void {
    this.#drop();
    this.listening(false);
    if (this.#token) this.#retry = setTimeout(() => this.#connect(), backoff(this.#failures++));
  }

  #drop(): void {
    clearTimeout(this.#watch);
    if (!this.#socket) return;
    this.#socket.onclose = this.#socket.onmessage = null;
    this.#socket.close();
    this.#socket = null;
  }
}
