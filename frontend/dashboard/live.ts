// Realtime pokes, the page pulls: what is told over the connection becomes events that fragments name in `hx-trigger`.
//
// `deskbell:message` and `deskbell:conversation` come to the elements with that `data-live-conversation`, and do not bubble;
// `deskbell:conversations` (any of them changed) and `deskbell:presence` come to the body.
import { askedBy } from "./htmx.ts";
import { Connection } from "./live/connection.ts";
import type { State } from "./live/connection.ts";
import { Gather } from "./live/gather.ts";
import { pokesOf, titled, typingOf, writerOf } from "./live/pokes.ts";
import type { Poke, Told } from "./live/pokes.ts";
import { Saying, Typists } from "./live/typing.ts";
import { Unseen } from "./live/unseen.ts";
import { WatchersPart } from "./live/watchers.ts";
import { Notifier } from "./notify.ts";
import { showIcon } from "./notify/favicon.ts";

/** Milliseconds from one fetch of a fragment to its next, while it is poked on and on. */
const PAUSES = { message: 1000, conversation: 1000, conversations: 2000, presence: 5000 };
/** A connection that is back sooner was never missed. */
const PATIENCE = 2500;
const WELL = 4000;
const LOST = "Connection lost, trying again…";
const BACK = "Connected again.";
const OVER = "You are signed out here. Load the page again to go on.";

/** Listen as who is signed in, if this page is theirs. */
export function listen(): void {
  const { cable, heard = "0", user } = document.body.dataset;
  if (!cable) return;
  const page = new Page(Number(user));
  const watchers = new WatchersPart((data) => connection.say(data));
  const notifier = new Notifier(Number(user), cable.replace(/\/cable$/, ""));
  const hear = (told: Told): void => {
    page.hear(told);
    watchers.hear(told);
    notifier.hear(told);
  };
  const stands = (state: State): void => {
    page.stands(state);
    watchers.connected(state === "listening" || state === "back");
  };
  const connection = new Connection(cable, heard, hear, stands);
  sayTyping(new Saying((data) => connection.say(data)));
}

class Page {
  #pokes = new Gather<Poke>(poke, ({ kind }) => PAUSES[kind]);
  #typists: Typists = new Typists((conversation) => this.#showTypists(conversation));
  readonly #unseen: Unseen;
  #lost: ReturnType<typeof setTimeout> | undefined;

  constructor(userId: number) {
    this.#unseen = new Unseen(userId);
    showIcon(false);
    if (document.hidden) this.#pokes.hold();
    document.addEventListener("visibilitychange", () => this.#looked());
    document.addEventListener("htmx:after:swap", () => this.#again());
    // What nobody looks at need not be asked for: polls wait for the page to be seen.
    document.addEventListener("htmx:config:request", (event) => {
      if (askedBy(event).sourceEvent?.type === "every" && document.hidden) event.preventDefault();
    });
  }

  hear(told: Told): void {
    const typing = typingOf(told);
    if (typing) this.#typists.hear(typing);
    const writer = writerOf(told);
    for (const one of pokesOf(told)) {
      if (writer && one.conversation) this.#typists.stopped(one.conversation, writer);
      this.#pokes.add(`${one.kind} ${one.conversation ?? ""}`, one);
    }
    this.#unseen.hear(told, document.hidden);
    this.#count();
  }

  /** How the connection stands. */
  stands(state: State): void {
    document.body.toggleAttribute("data-listening", state === "listening" || state === "back");
    if (state === "lost") this.#lost ??= setTimeout(() => say(LOST), PATIENCE);
    else {
      clearTimeout(this.#lost);
      this.#lost = undefined;
      if (state === "over") say(OVER);
      else if (said()) {
        say(BACK);
        setTimeout(() => said() === BACK && say(""), WELL);
      }
    }
    if (state === "back") this.#everything();
  }

  /** What was missed is not known, so all there is looks again. */
  #everything(): void {
    for (const { dataset } of document.querySelectorAll<HTMLElement>("[data-live-conversation]")) {
      const conversation = Number(dataset["liveConversation"]);
      for (const kind of ["message", "conversation"] as const) this.#pokes.add(`${kind} ${conversation}`, { kind, conversation });
    }
    for (const kind of ["conversations", "presence"] as const) this.#pokes.add(`${kind} `, { kind });
  }

  #looked(): void {
    if (document.hidden) this.#pokes.hold();
    else {
      this.#unseen.seen();
      this.#count();
      this.#pokes.release();
    }
  }

  /** A swap brought new elements: what the connection told goes on showing. */
  #again(): void {
    for (const { dataset } of document.querySelectorAll<HTMLElement>("[data-live-typing]")) this.#showTypists(Number(dataset["liveTyping"]));
    this.#count();
  }

  #showTypists(conversation: number): void {
    const words = this.#typists.words(conversation);
    for (const one of document.querySelectorAll(`[data-live-typing="${conversation}"]`)) if (one.textContent !== words) one.textContent = words;
  }

  #count(): void {
    const title = titled(document.title, this.#unseen.count);
    if (title !== document.title) document.title = title;
    showIcon(this.#unseen.count > 0);
  }
}

function poke({ kind, conversation }: Poke): void {
  const event = () => new CustomEvent(`deskbell:${kind}`, { detail: { conversation } });
  if (conversation === undefined) document.body.dispatchEvent(event());
  else for (const one of document.querySelectorAll(`[data-live-conversation="${conversation}"]`)) one.dispatchEvent(event());
}

/** What is said of the connection, where screen readers hear it, too. */
function said(): string {
  return document.getElementById("connection")?.textContent ?? "";
}

function say(words: string): void {
  const place = document.getElementById("connection");
  if (place) place.textContent = words;
}

/** Composers name their conversation; what is marked as private is told to colleagues only. */
function sayTyping(saying: Saying): void {
  document.addEventListener("input", (event) => {
    const field = event.target instanceof HTMLTextAreaElement ? event.target : null;
    const composer = field?.closest<HTMLElement>("[data-typing-conversation]");
    if (!field || !composer) return;
    if (!field.value) saying.stops();
    else saying.types(Number(composer.dataset["typingConversation"]), composer.dataset["private"] === "true");
  });
  for (const ending of ["focusout", "submit"])
    document.addEventListener(ending, (event) => {
      if (event.target instanceof Element && event.target.closest("[data-typing-conversation]")) saying.stops();
    });
  addEventListener("pagehide", () => saying.stops());
}
