// Tells who chose so that a visitor wrote in a conversation of theirs, or of nobody's, which they do not look at.
import type { Told } from "./live/pokes.ts";
import { alertOf } from "./notify/alert.ts";
import type { Alert } from "./notify/alert.ts";
import { canChime, chime } from "./notify/chime.ts";
import { isChosen, permission } from "./notify/choice.ts";
import { claim } from "./notify/claim.ts";

/** A tab that shows the conversation claims its messages at once, one that can be heard a little before one that cannot. */
const AFTER_LOOKING = 250;
const AFTER_HEARD = 900;

export class Notifier {
  readonly userId: number;
  /** The account's own address, by which its tabs know each other. */
  readonly base: string;
  #shown = new Map<number, Notification>();

  constructor(userId: number, base: string) {
    this.userId = userId;
    this.base = base;
    for (const event of ["visibilitychange", "htmx:after:swap"]) document.addEventListener(event, () => this.#seen());
  }

  hear(told: Told): void {
    const alert = alertOf(told, this.userId, Date.now());
    if (alert && (isChosen("desktop") || isChosen("sound"))) void this.#tell(alert);
  }

  async #tell(alert: Alert): Promise<void> {
    const name = `deskbell_notified ${this.base}`;
    if (looksAt() !== alert.conversation) await pause(canChime() ? AFTER_LOOKING : AFTER_HEARD);
    if (!(await claim(name, alert.key)) || looksAt() === alert.conversation) return;
    if (isChosen("sound")) void chime();
    if (isChosen("desktop") && permission() === "granted") this.#show(alert);
  }

  #show({ conversation, title, body }: Alert): void {
    try {
      const shown = new Notification(title, { body, tag: `deskbell ${this.base} ${conversation}`, silent: isChosen("sound") });
      shown.onclick = () => this.#open(conversation);
      this.#shown.set(conversation, shown);
    } catch {
      // Browsers on phones show none to a page.
    }
  }

  #open(conversation: number): void {
    window.focus();
    this.#close(conversation);
    if (openConversation() === conversation) return;
    const row = document.querySelector<HTMLElement>(`#conversations a[data-conversation="${conversation}"]`);
    if (row) row.click();
    else location.assign(`${this.base}/conversations/${conversation}`);
  }

  #seen(): void {
    const conversation = looksAt();
    if (conversation !== null) this.#close(conversation);
  }

  #close(conversation: number): void {
    this.#shown.get(conversation)?.close();
    this.#shown.delete(conversation);
  }
}

function openConversation(): number | null {
  const frame = document.querySelector<HTMLElement>("[data-thread]");
  return frame ? Number(frame.dataset["thread"]) : null;
}

/** The conversation that somebody may be looking at here. */
function looksAt(): number | null {
  return document.hidden ? null : openConversation();
}

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));
