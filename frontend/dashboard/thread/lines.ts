// The messages of a thread as elements: put where they belong, each once.
import htmx from "htmx.org";
import { arrange, dayName } from "./arrange.ts";

export type Message = HTMLElement;

export const idOf = (message: Message): number => Number(message.dataset["message"]);
export const atOf = (message: Message): number => Number(message.dataset["at"]);

export function messagesIn(place: ParentNode): Message[] {
  return [...place.querySelectorAll<HTMLElement>("[data-message]")];
}

/** Put messages into the log, those that are there already only if they changed; answers the new ones. */
export function put(log: HTMLElement, messages: readonly Message[]): Message[] {
  const fresh: Message[] = [];
  const shown = messagesIn(log);
  for (const message of messages) {
    const there = shown.find((one) => idOf(one) === idOf(message));
    if (there) {
      if (there.dataset["version"] !== message.dataset["version"]) replace(there, message);
      continue;
    }
    const place = shown.findLastIndex((one) => idOf(one) < idOf(message));
    const before = shown[place];
    if (before) before.after(message);
    else log.prepend(message);
    shown.splice(place + 1, 0, message);
    htmx.process(message);
    fresh.push(message);
  }
  return fresh;
}

/** Name the days, draw the line above what was unread, and let one's messages stand together. */
export function tidy(log: HTMLElement, unreadSince: number | undefined): void {
  const messages = messagesIn(log);
  const now = Date.now();
  const lines = messages.map((one) => ({ kind: one.dataset["kind"] ?? "", speaker: one.dataset["speaker"] ?? "", at: atOf(one) }));
  const placed = arrange(lines, (at) => dayName(at, now), unreadSince);
  messages.forEach((message, place) => {
    const { follows, day, unread } = placed[place]!;
    message.classList.toggle("follows", follows);
    const wanted = [...(day ? [["day", day]] : []), ...(unread ? [["unread", "Unread from here"]] : [])] as [string, string][];
    between(message, wanted);
  });
}

/** What stands just before a message; left alone where it is right. */
function between(message: Message, wanted: [string, string][]): void {
  const there: HTMLElement[] = [];
  for (let one = message.previousElementSibling; one instanceof HTMLElement && one.dataset["between"]; one = one.previousElementSibling) there.unshift(one);
  if (there.map((one) => `${one.dataset["between"]} ${one.textContent}`).join() === wanted.map((one) => one.join(" ")).join()) return;
  for (const one of there) one.remove();
  message.before(
    ...wanted.map(([kind, words]) => {
      const line = document.createElement("p");
      line.className = `between ${kind === "day" ? "day" : "unread-line"}`;
      line.dataset["between"] = kind;
      line.append(Object.assign(document.createElement("span"), { textContent: words }));
      return line;
    }),
  );
}

function replace(there: Message, message: Message): void {
  const focused = there.contains(document.activeElement);
  message.classList.toggle("follows", there.classList.contains("follows"));
  there.replaceWith(message);
  htmx.process(message);
  if (focused) message.focus({ preventScroll: true });
}
