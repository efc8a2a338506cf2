// What is on its way, as it shows below the messages.
import { sizeText } from "../../shared/files.ts";
import type { Entry } from "./queue.ts";

const WORDS = { waiting: "Sending…", sending: "Sending…", unsent: "Not sent. It is tried again by itself.", refused: "Not sent" };
const MEMORY = "Keep this page open until then: files are lost with it.";

/** Show just these, and leave alone what shows already. */
export function show(place: HTMLElement, entries: readonly Entry[], name: string): void {
  const there = new Map([...place.querySelectorAll<HTMLElement>("[data-entry]")].map((one) => [one.dataset["entry"]!, one]));
  const wanted = entries.map((entry) => there.get(entry.key) ?? made(entry, name));
  for (const one of there.values()) if (!wanted.includes(one)) one.remove();
  wanted.forEach((one, at) => {
    tell(one, entries[at]!);
    if (place.children[at] !== one) place.insertBefore(one, place.children[at] ?? null); // moved for nothing it would lose the focus
  });
  place.hidden = !entries.length;
}

function made(entry: Entry, name: string): HTMLElement {
  const message = element("div", `message outgoing pending${entry.private ? " private" : ""}`);
  message.dataset["entry"] = entry.key;
  const said = element("div", "speech");
  const who = element("p", "byline");
  who.append(element("strong", "", name));
  if (entry.private) who.append(" ", element("span", "kind", "Private note"));
  const bubble = element("div", "bubble");
  if (entry.content) bubble.append(element("div", "words plain", entry.content));
  for (const file of entry.files) {
    const shown = element("p", "file");
    shown.append(element("span", "file-name", file.name), element("small", "", sizeText(file.size)));
    bubble.append(shown);
  }
  const fate = element("div", "fate");
  fate.setAttribute("role", "status");
  said.append(who, bubble, fate);
  message.append(element("span", "avatar small"), said);
  return message;
}

function tell(message: HTMLElement, { state, why, files, progress }: Entry): void {
  const fate = message.querySelector<HTMLElement>(".fate")!;
  const failed = state === "unsent" || state === "refused";
  const told = `${state} ${why ?? ""}`;
  if (fate.dataset["told"] !== told) {
    fate.dataset["told"] = told;
    fate.className = failed ? "fate bad" : "fate";
    const words = [why && failed ? `Not sent: ${why}` : WORDS[state], failed && state === "unsent" && files.length ? MEMORY : ""].filter(Boolean).join(" ");
    fate.replaceChildren(element("span", "", words), ...(failed ? [action("retry", "Try again"), action("edit", "Edit"), action("discard", "Discard")] : []));
  }
  if (!files.length || failed) return;
  const bar = fate.querySelector("progress") ?? fate.appendChild(document.createElement("progress"));
  bar.setAttribute("aria-label", "Sent so far");
  if (progress !== undefined && progress < 1) bar.value = progress;
  else bar.removeAttribute("value");
}

function action(name: string, words: string): HTMLElement {
  const button = element("button", "link", words) as HTMLButtonElement;
  button.type = "button";
  button.dataset["outboxDo"] = name;
  return button;
}

function element(tag: string, className = "", text = ""): HTMLElement {
  const one = document.createElement(tag);
  if (className) one.className = className;
  if (text) one.textContent = text;
  return one;
}
