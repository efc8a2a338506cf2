// The palette behind Ctrl+K: places, what can be done on this page, and conversations, which the server finds.
import { askedBy } from "./htmx.ts";
import { offered, use, wordsOf } from "./keys.ts";
import { best } from "./palette/match.ts";

/** Places, and commands, shown of those that fit. */
const MOST = 6;

/** Open and close on demand, and be led by the keyboard. */
export function usePalette(): void {
  const dialog = document.querySelector<HTMLDialogElement>("dialog#palette");
  if (!dialog) return;
  const palette = new Palette(dialog);
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    palette.toggle();
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest('[data-opens="palette"]')) palette.toggle();
  });
}

class Palette {
  readonly dialog: HTMLDialogElement;
  readonly field: HTMLInputElement;
  readonly own: HTMLElement;
  readonly found: HTMLElement;
  readonly told: HTMLElement;
  #active: HTMLElement | null = null;
  /** Whether somebody went to it, and it should not be taken from them. */
  #moved = false;
  #commands = new Map<string, HTMLElement>();
  /** What the server was asked for last, and what it answered to. */
  #asked = "";
  #answered = "";
  /** Whether Enter was pressed before the answer to what was typed came. */
  #entered = false;

  constructor(dialog: HTMLDialogElement) {
    this.dialog = dialog;
    this.field = dialog.querySelector("input")!;
    this.own = dialog.querySelector("#palette-own")!;
    this.found = dialog.querySelector("#palette-found")!;
    this.told = dialog.querySelector("[role=status]")!;
    this.field.addEventListener("input", () => this.#list());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    dialog.addEventListener("click", (event) => this.#click(event));
    dialog.addEventListener("mousemove", (event) => {
      const option = event.target instanceof Element ? event.target.closest<HTMLElement>("[role=option]") : null;
      if (!option || option === this.#active) return;
      this.#moved = true;
      this.#choose(option);
    });
    document.addEventListener("htmx:config:request", (event) => {
      if (askedBy(event).sourceElement === this.field) this.#asked = this.field.value;
    });
    document.addEventListener("htmx:after:swap", (event) => {
      if (askedBy(event).sourceElement === this.field) this.#answered = this.#asked;
      if (dialog.open) this.#came();
    });
  }

  toggle(): void {
    if (this.dialog.open) return this.dialog.close();
    document.querySelector<HTMLElement>("#places:popover-open")?.hidePopover();
    if (document.querySelector("dialog[open]")) return;
    this.field.value = "";
    this.#list();
    this.dialog.showModal();
    this.field.dispatchEvent(new CustomEvent("deskbell:palette"));
  }

  /** What the page itself offers for what was typed. */
  #list(): void {
    const typed = this.field.value.trim();
    this.#moved = this.#entered = false;
    if (typed) this.own.after(this.found);
    else this.own.before(this.found);
    this.#commands.clear();
    const commands = ["main", "#places"].flatMap((where) => [...document.querySelectorAll<HTMLElement>(`${where} [data-command]`)]).filter(offered);
    const places = [...document.querySelectorAll<HTMLAnchorElement>("#places ul a[href]")];
    const groups: [string, HTMLElement[]][] = [["On this page", commands], ["Go to", places]];
    this.own.replaceChildren(...groups.flatMap(([title, all]) => this.#group(title, best(all, wordsOf, typed).slice(0, typed ? MOST : all.length))));
    this.#came();
  }

  #group(title: string, things: HTMLElement[]): HTMLElement[] {
    if (!things.length) return [];
    const group = document.createElement("div");
    const id = `palette-${title.toLowerCase().replaceAll(" ", "-")}`;
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", id);
    const head = document.createElement("p");
    head.id = id;
    head.setAttribute("role", "presentation");
    head.textContent = title;
    group.append(head, ...things.map((thing, place) => this.#option(`${id}-${place}`, thing)));
    return [group];
  }

  #option(id: string, thing: HTMLElement): HTMLElement {
    const option = document.createElement(thing instanceof HTMLAnchorElement ? "a" : "div");
    if (thing instanceof HTMLAnchorElement) (option as HTMLAnchorElement).href = thing.href;
    option.id = id;
    option.tabIndex = -1;
    option.setAttribute("role", "option");
    const words = document.createElement("span");
    words.textContent = wordsOf(thing);
    option.append(words);
    if (thing.dataset["key"]) {
      const keys = document.createElement("kbd");
      keys.textContent = thing.dataset["key"];
      option.append(keys);
    }
    this.#commands.set(id, thing);
    return option;
  }

  get #options(): HTMLElement[] {
    return [...this.dialog.querySelectorAll<HTMLElement>("[role=option]")];
  }

  /** Other options are there: the one that was chosen stays so, if it is still among them. */
  #came(): void {
    const all = this.#options;
    const same = this.#moved ? all.find(({ id }) => id === this.#active?.id) : undefined;
    this.#choose(same ?? all[0] ?? null);
    const words = all.length ? `${all.length} found` : "Nothing found";
    if (this.told.textContent !== words) this.told.textContent = words;
    this.told.classList.toggle("visually-hidden", all.length > 0);
    if (this.#entered && !this.#waits) this.#active?.click();
  }

  /** Whether what would be chosen is still the answer to something else. */
  get #waits(): boolean {
    return !this.#moved && this.#answered !== this.field.value && (!this.#active || this.found.contains(this.#active));
  }

  #choose(option: HTMLElement | null): void {
    for (const one of this.#options) one.setAttribute("aria-selected", String(one === option));
    this.#active = option;
    if (option) this.field.setAttribute("aria-activedescendant", option.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const all = this.#options;
    const at = this.#active ? all.indexOf(this.#active) : -1;
    const to: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1 };
    if (event.key in to && all.length) {
      event.preventDefault();
      const option = all.at(to[event.key]! % all.length)!;
      this.#moved = true;
      this.#choose(option);
      option.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#entered = this.#waits;
      if (!this.#entered) this.#active?.click();
    }
  }

  #click(event: MouseEvent): void {
    if (event.target === this.dialog) return this.dialog.close();
    const option = event.target instanceof Element ? event.target.closest<HTMLElement>("[role=option]") : null;
    const command = option ? this.#commands.get(option.id) : undefined;
    if (!option || event.ctrlKey || event.metaKey) return;
    this.dialog.close();
    if (command && !(option instanceof HTMLAnchorElement)) use(command);
  }
}
