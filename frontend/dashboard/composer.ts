// Where one writes: a reply or a note, with files, ready answers and names; what is sent goes through the outbox.
import { Drafts } from "./composer/drafts.ts";
import { chooseEnter, enterSends } from "./composer/enter.ts";
import { Files } from "./composer/files.ts";
import { withMentions } from "./composer/match.ts";
import { Suggestions } from "./composer/suggest.ts";
import { Outbox } from "./outbox.ts";
import type { Entry } from "./outbox/queue.ts";
import { csrfToken } from "./ask.ts";
import { toast } from "./toast.ts";

const LONGEST = 150_000;
const WORDS = {
  reply: { label: "Your reply", placeholder: "Write a reply. / finds a canned response", send: "Send" },
  note: { label: "Private note", placeholder: "Write a note to your colleagues. @ names one of them", send: "Add note" },
};

class Composer {
  readonly form: HTMLFormElement;
  readonly url: string;
  readonly #outbox: Outbox;
  readonly #field: HTMLTextAreaElement;
  readonly #wrong: HTMLElement;
  readonly #drafts: Drafts;
  readonly #files: Files;
  readonly #suggestions: Suggestions;
  #texts = { reply: "", note: "" };
  /** Done when all that was sent is in the outbox. */
  #sent = Promise.resolve();

  constructor(form: HTMLFormElement, outbox: Outbox) {
    const { own = "", largest, most, channel } = form.dataset;
    this.form = form;
    this.url = `${own}/messages`;
    this.#outbox = outbox;
    this.#field = form.querySelector("textarea")!;
    this.#wrong = form.querySelector<HTMLElement>("#content-wrong")!;
    this.#drafts = new Drafts(own, document.body.dataset["user"] ?? "", outbox.csrf);
    this.#suggestions = new Suggestions(this.#field, form.querySelector<HTMLElement>("#suggestions")!, own, () => this.isNote);
    const limits = { largest: Number(largest), most: Number(most), picky: channel === "Channel::WebWidget" };
    this.#files = new Files(form, limits, (why) => this.#complain(why));
    this.#restore();
    this.#listen();
  }

  get isNote(): boolean {
    return this.form.dataset["private"] === "true";
  }

  /** Whoever wrote is elsewhere now; `leaving`: the page itself goes. */
  leave(leaving = false): void {
    this.#drafts.save(leaving);
  }

  /** Take back what was not sent, if there is room; answers whether there was. */
  takeBack(entry: Entry, evenSo = false): boolean {
    const free = !this.#field.value && !this.#files.count;
    if (entry.url !== this.url || (!evenSo && (!free || entry.private !== this.isNote))) return false;
    this.#switchTo(entry.private);
    this.#field.value = [entry.content, this.#field.value].filter(Boolean).join("\n\n");
    this.#files.add(entry.files);
    this.#complain(entry.why ?? "");
    this.#wrote();
    if (evenSo) this.#field.focus();
    return true;
  }

  /** What to know before one answers is another. */
  hear(news: HTMLElement): void {
    const place = this.form.querySelector<HTMLElement>("[data-notices]")!;
    if (place.textContent?.trim() !== news.textContent?.trim()) place.replaceChildren(...[...news.children].map((one) => one.cloneNode(true)));
    const reply = this.#mode("");
    reply.disabled = news.dataset["canReply"] === "false";
    if (reply.disabled && !this.isNote) this.#switchTo(true);
  }

  #restore(): void {
    const typed = this.#field.value;
    const mended = this.#field.getAttribute("aria-invalid") === "true";
    const [reply, note] = [this.#drafts.kept(false), this.#drafts.kept(true)];
    if (this.isNote) this.#texts.note = mended ? typed : (note ?? "");
    else this.#texts.note = note ?? "";
    this.#texts.reply = mended && !this.isNote ? typed : (reply ?? (this.isNote ? "" : typed));
    this.#field.value = this.isNote ? this.#texts.note : this.#texts.reply;
    this.#grow();
  }

  #listen(): void {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#field.addEventListener("input", () => this.#wrote());
    this.#field.addEventListener("keydown", (event) => this.#pressed(event));
    for (const mode of this.form.querySelectorAll<HTMLElement>("[data-mode]"))
      mode.addEventListener("click", ({ detail, target }) => {
        const input = mode.querySelector("input")!;
        if (target === input || input.disabled) return;
        this.#switchTo(input.value === "true");
        // Chosen by a key or by the mouse, one goes on to write; who moves by the arrows within stays there.
        requestAnimationFrame(() => (detail || document.activeElement !== input) && this.#field.focus());
      });
    for (const input of this.form.querySelectorAll<HTMLInputElement>('[name="private"]')) input.addEventListener("change", () => this.#switchTo(input.value === "true"));
    const emoji = this.form.querySelector<HTMLElement>("[data-emoji]")!;
    emoji.hidden = false;
    emoji.addEventListener("click", () => void import("./composer/emoji.ts").then(({ pick }) => pick(emoji, (one) => this.#insert(one))));
    chooseEnter(this.form);
  }

  #pressed(event: KeyboardEvent): void {
    if (this.#suggestions.press(event) || event.key !== "Enter" || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || (enterSends() && !event.shiftKey)) {
      event.preventDefault();
      this.#submit();
    }
  }

  #submit(): void {
    const [typed, isNote] = [this.#field.value, this.isNote];
    if (!typed.trim() && !this.#files.count) return this.#field.focus();
    if (typed.length > LONGEST) return this.#complain(`This is too long: at most ${LONGEST} characters.`);
    this.#field.value = "";
    const files = this.#files.take();
    this.#complain("");
    this.#grow();
    this.#sent = this.#sent.then(async () => {
      const content = isNote && typed.includes("@") ? withMentions(typed, await this.#suggestions.mentions(), this.#suggestions.chosen) : typed;
      this.#outbox.add({ url: this.url, private: isNote, content, files });
      this.#drafts.write(isNote, this.#typed(isNote)); // not before: until then the draft is the only place that has it
    });
  }

  #typed(isNote: boolean): string {
    return isNote === this.isNote ? this.#field.value : this.#texts[isNote ? "note" : "reply"];
  }

  #switchTo(isNote: boolean): void {
    if (isNote !== this.isNote) {
      this.#texts[this.isNote ? "note" : "reply"] = this.#field.value;
      this.#field.value = this.#texts[isNote ? "note" : "reply"];
    }
    const words = WORDS[isNote ? "note" : "reply"];
    this.form.dataset["private"] = String(isNote);
    this.form.classList.toggle("noting", isNote);
    this.#mode(isNote ? "true" : "").checked = true;
    this.#field.placeholder = words.placeholder;
    this.form.querySelector("[data-content-label]")!.textContent = words.label;
    this.form.querySelector("[data-send-words]")!.textContent = words.send;
    this.#grow();
  }

  #mode(value: string): HTMLInputElement {
    return this.form.querySelector<HTMLInputElement>(`[name="private"][value="${value}"]`)!;
  }

  #wrote(): void {
    this.#drafts.write(this.isNote, this.#field.value);
    this.#grow();
  }

  #insert(text: string): void {
    this.#field.setRangeText(text, this.#field.selectionStart, this.#field.selectionEnd, "end");
    this.#field.focus();
    this.#field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #grow(): void {
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight + 2}px`;
  }

  #complain(why: string): void {
    this.#wrong.textContent = why;
    this.#wrong.hidden = !why;
    this.#field.toggleAttribute("aria-invalid", false);
    if (!why) return;
    this.#field.setAttribute("aria-invalid", "true");
    this.#field.setAttribute("aria-describedby", this.#wrong.id);
  }
}

let current: Composer | null = null;

/** The outbox of whoever is signed in, and the composer that fills it. */
export function newOutbox(): Outbox {
  const outbox = new Outbox(document.body.dataset["user"] ?? "", csrfToken());
  outbox.refused = (entry) => {
    if (current?.url === entry.url) return current.takeBack(entry);
    toast(`A message in conversation ${/(\d+)\/messages$/.exec(entry.url)?.[1] ?? ""} was not sent: ${entry.why ?? ""}`, true);
    return false;
  };
  const mount = () => {
    const form = document.querySelector<HTMLFormElement>("form[data-composer]");
    if (current?.form === form) return;
    current?.leave();
    current = form && new Composer(form, outbox);
  };
  mount();
  document.addEventListener("htmx:after:swap", mount);
  addEventListener("pagehide", () => current?.leave(true));
  document.addEventListener("deskbell:news", (event) => current?.hear((event as CustomEvent<{ news: HTMLElement }>).detail.news));
  document.addEventListener("click", ({ target }) => act(outbox, target));
  return outbox;
}

/** Try again, edit or discard what was not sent. */
function act(outbox: Outbox, target: EventTarget | null): void {
  const button = target instanceof Element ? target.closest<HTMLElement>("[data-outbox-do]") : null;
  const key = button?.closest<HTMLElement>("[data-entry]")?.dataset["entry"];
  if (!button || !key || !current) return;
  const entry = outbox.of(current.url).find((one) => one.key === key);
  const wanted = button.dataset["outboxDo"];
  if (wanted === "retry") outbox.retry(key);
  else if (entry && (wanted === "discard" || current.takeBack({ ...entry, why: "" }, true))) outbox.remove(key);
}
