// Shortcuts: a key clicks or focuses what carries it in `data-key`. Never while somebody types, and not at all where they are switched off.
import { Keys, PLACES, sheet, TABLE } from "./keys/table.ts";
import type { Shortcut } from "./keys/table.ts";
import { keep, kept } from "./kept.ts";

const SWITCH = "deskbell_shortcuts";
const OFF = "off";
const TYPING = 'input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"]), textarea, select, [contenteditable=""], [contenteditable="true"], [role="combobox"]';
/** What has keys of its own. */
const OWN = '[role="menu"], [role="listbox"], [role="radiogroup"], [role="tablist"]';
/** What may be held down. */
const STEPS = ["j", "k", "ArrowUp", "ArrowDown"];
const LIST = "#conversations a[data-conversation]";

/** Listen for keys, and show the sheet on demand. */
export function useKeys(): void {
  const keys = new Keys();
  document.addEventListener("keydown", (event) => {
    if (!concerns(event)) return;
    const shortcut = keys.press(event.key, known());
    if (shortcut && act(shortcut)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest('[data-opens="keys"]')) openSheet();
  });
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.matches("[data-keys-switch]")) switchKeys(event.target.checked);
  });
  showSwitches();
}

/** Whether single keys do anything. */
function switchedOn(): boolean {
  return kept(SWITCH) !== OFF;
}

function switchKeys(on: boolean): void {
  keep(SWITCH, on ? null : OFF);
  showSwitches();
}

function showSwitches(): void {
  for (const one of document.querySelectorAll<HTMLInputElement>("[data-keys-switch]")) one.checked = switchedOn();
}

/** What somebody can see, and may use. */
function usable(element: HTMLElement): boolean {
  return element.checkVisibility({ visibilityProperty: true }) && !element.matches(":disabled, [inert] *");
}

/** What an element says it does. */
export function wordsOf(element: HTMLElement): string {
  const said = element.dataset["keyWords"] || element.dataset["command"] || element.getAttribute("aria-label") || element.textContent || "";
  return said.replace(/\s+/g, " ").trim();
}

/** Whether it is there to be used, be it in a menu that is closed. */
export function offered(element: HTMLElement): boolean {
  const menu = element.closest<HTMLElement>("[popover]:not(:popover-open)");
  return menu ? !element.matches(":disabled, [hidden], [hidden] *") : usable(element);
}

/** Click it, or be in it: what somebody would do with it. */
export function use(element: HTMLElement): void {
  if (element.matches(TYPING)) {
    element.focus();
    if (element instanceof HTMLInputElement) element.select();
  } else element.click();
  if (element.matches("[data-mode]")) document.querySelector<HTMLElement>("#composer textarea")?.focus();
}

function concerns(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.key === "Shift" || (event.repeat && !STEPS.includes(event.key))) return false;
  const at = event.target instanceof HTMLElement ? event.target : document.body;
  if (document.querySelector("dialog[open], :popover-open")) return false;
  if (event.key === "Escape" && at.matches(TYPING)) {
    at.blur();
    return false;
  }
  if (event.key.startsWith("Arrow")) return at.matches(LIST);
  return switchedOn() && !at.closest(TYPING) && !at.closest(OWN) && event.key !== "Enter";
}

function declared(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-key]")];
}

function known(): string[] {
  return [...TABLE.map(({ keys }) => keys), ...declared().map((one) => one.dataset["key"]!), "ArrowDown", "ArrowUp"];
}

/** Whether there was anything to do. */
function act(shortcut: string): boolean {
  if (shortcut === "?") return openSheet();
  if (shortcut === "j" || shortcut === "ArrowDown") return move(1);
  if (shortcut === "k" || shortcut === "ArrowUp") return move(-1);
  const said = declared().filter((one) => one.dataset["key"] === shortcut);
  // A place in a menu that is closed on a phone can be gone to all the same.
  const found = said.find(usable) ?? said.find((one) => one instanceof HTMLAnchorElement) ?? fallback(shortcut);
  if (!found) return false;
  use(found);
  return true;
}

function fallback(shortcut: string): HTMLElement | null {
  const selector = TABLE.find(({ keys }) => keys === shortcut)?.find;
  const found = selector ? document.querySelector<HTMLElement>(selector) : null;
  if (found && usable(found)) return found;
  return shortcut === "/" ? document.querySelector<HTMLElement>('[data-opens="palette"]') : null;
}

/** To the next conversation in the list, from the one that has the focus or is open. */
function move(by: number): boolean {
  const all = [...document.querySelectorAll<HTMLElement>(LIST)].filter(usable);
  const focused = all.indexOf(document.activeElement as HTMLElement);
  const at = focused >= 0 ? focused : all.findIndex((one) => one.hasAttribute("aria-current"));
  const next = all[at < 0 ? 0 : at + by];
  next?.focus();
  return Boolean(next);
}

function openSheet(): boolean {
  const dialog = document.querySelector<HTMLDialogElement>("dialog#keys");
  const list = dialog?.querySelector<HTMLElement>(".keys-list");
  if (!dialog || !list || dialog.open) return false;
  document.querySelector<HTMLElement>("#places:popover-open")?.hidePopover();
  const places = declared().map((one): Shortcut => ({ keys: one.dataset["key"]!, words: wordsOf(one), group: one.closest("#places") ? PLACES : "On this page" }));
  list.replaceChildren(...[...sheet(places)].map(([group, rows]) => section(group, rows)));
  showSwitches();
  dialog.showModal();
  return true;
}

function section(group: string, rows: Shortcut[]): HTMLElement {
  const made = element("section");
  made.append(element("h3", group));
  const list = element("dl");
  for (const { keys, words } of rows) {
    const row = element("div");
    const pressed = element("dd");
    pressed.append(...keys.split(" ").map((key) => element("kbd", key === "Escape" ? "Esc" : key)));
    row.append(element("dt", words), pressed);
    list.append(row);
  }
  made.append(list);
  return made;
}

function element(name: string, text = ""): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
