// A list below what one writes, moved in by the arrows while the words keep the focus.
import { ask } from "../ask.ts";
import { matching, triggerAt } from "./match.ts";
import type { Option, Trigger } from "./match.ts";

const MOST = 8;
const SOURCES = { canned: "canned_responses", mention: "mentions" };

export class Suggestions {
  readonly #field: HTMLTextAreaElement;
  readonly #list: HTMLElement;
  readonly #own: string;
  readonly #isNote: () => boolean;
  /** Who was chosen by hand, by name. */
  readonly chosen = new Map<string, string>();
  #options: Partial<Record<Trigger["kind"], Promise<Option[] | null>>> = {};
  #found: Option[] = [];
  #trigger: Trigger | null = null;
  #at = 0;
  #dismissed = -1;
  #loading = false;

  constructor(field: HTMLTextAreaElement, list: HTMLElement, own: string, isNote: () => boolean) {
    this.#field = field;
    this.#list = list;
    this.#own = own;
    this.#isNote = isNote;
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    field.addEventListener("input", () => void this.look());
    field.addEventListener("click", () => void this.look());
    field.addEventListener("blur", () => this.close());
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const place = [...list.children].indexOf((event.target as Element).closest("li") as Element);
      if (place >= 0) this.#choose(place);
    });
  }

  get open(): boolean {
    return !this.#list.hidden;
  }

  /** All that may be mentioned. */
  async mentions(): Promise<Option[]> {
    return (await this.#load("mention")) ?? [];
  }

  async look(): Promise<void> {
    const trigger = triggerAt(this.#field.value, this.#field.selectionStart, this.#isNote());
    this.#trigger = trigger;
    if (!trigger) this.#dismissed = -1;
    if (!trigger || trigger.start === this.#dismissed) return this.close(false);
    this.#loading = true;
    const options = await this.#load(trigger.kind);
    this.#loading = false;
    if (this.#trigger !== trigger) return; // something else was typed meanwhile
    this.#show(matching(options ?? [], trigger).slice(0, MOST));
  }

  /** A key while one writes; answers whether it was meant for the list. */
  press(event: KeyboardEvent): boolean {
    if (event.isComposing || (!this.open && !this.#loading)) return false;
    if (!this.open) {
      // Who writes faster than the list comes does not send its sign.
      if (event.key !== "Enter" || !this.#trigger) return false;
      event.preventDefault();
      return true;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#move((this.#at + step + this.#found.length) % this.#found.length);
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") this.#choose(this.#at);
    else if (event.key === "Escape") {
      this.#dismissed = this.#trigger?.start ?? -1;
      this.close();
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  close(forget = true): void {
    if (forget) this.#trigger = null;
    this.#list.hidden = true;
    this.#list.replaceChildren();
    this.#field.removeAttribute("aria-activedescendant");
  }

  #load(kind: Trigger["kind"]): Promise<Option[] | null> {
    const loading = (this.#options[kind] ??= ask(`${this.#own}/${SOURCES[kind]}`).then((html) => (html === null ? null : read(html))));
    void loading.then((found) => found === null && delete this.#options[kind]);
    return loading;
  }

  #show(found: Option[]): void {
    this.#found = found;
    if (!found.length) return this.close(false);
    this.#list.replaceChildren(...found.map(row));
    this.#list.hidden = false;
    this.#move(0);
  }

  #move(place: number): void {
    this.#at = place;
    [...this.#list.children].forEach((one, index) => one.setAttribute("aria-selected", String(index === place)));
    this.#list.children[place]?.scrollIntoView({ block: "nearest" });
    this.#field.setAttribute("aria-activedescendant", `suggestion-${place}`);
  }

  #choose(place: number): void {
    const [option, trigger] = [this.#found[place], this.#trigger];
    if (!option || !trigger) return;
    const words = trigger.kind === "canned" ? option.text : `@${option.title} `;
    if (trigger.kind === "mention") this.chosen.set(option.title, option.key);
    this.#field.setRangeText(words, trigger.start, trigger.start + trigger.query.length + 1, "end");
    this.close();
    this.#field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function read(html: string): Option[] {
  const box = document.createElement("template");
  box.innerHTML = html;
  return [...box.content.querySelectorAll("li")].map((one) => ({ key: one.dataset["keyOf"] ?? "", title: (one.querySelector("strong")?.textContent ?? "").replace(/^\//, ""), text: one.dataset["text"] ?? "" }));
}

function row(option: Option, place: number): HTMLElement {
  const one = document.createElement("li");
  one.id = `suggestion-${place}`;
  one.setAttribute("role", "option");
  const name = document.createElement("strong");
  name.textContent = option.title;
  const text = document.createElement("span");
  text.textContent = option.text;
  one.append(name, text);
  return one;
}
