// A conversation to begin: its files travel in the form, and stay chosen when it comes back to be mended.
import { Files, type Limits } from "./composer/files.ts";

let current: { form: HTMLFormElement; files: Files } | null = null;

function mount(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-beginning]");
  if (form === (current?.form ?? null)) return;
  const chosen = form?.dataset["beginning"] === "again" ? current?.files.take() : undefined;
  current = form && { form, files: filesOf(form) };
  if (form && chosen?.length) {
    const { textContent } = wrongOf(form);
    current?.files.add(chosen);
    complain(form, textContent ?? "");
  }
}

const wrongOf = (form: HTMLFormElement) => form.querySelector<HTMLElement>("[data-files-wrong]")!;

function complain(form: HTMLFormElement, why: string): void {
  wrongOf(form).textContent = why;
  wrongOf(form).hidden = !why;
}

function filesOf(form: HTMLFormElement): Files {
  const inbox = form.querySelector<HTMLSelectElement>("#inbox");
  const limits: Limits = {
    largest: Number(form.dataset["largest"]),
    most: Number(form.dataset["most"]),
    get picky() {
      return inbox?.selectedOptions[0]?.dataset["channel"] === "Channel::WebWidget";
    },
  };
  return new Files(form, limits, (why) => complain(form, why), true);
}

/** The form beside the list, which comes and goes. */
export function beginConversations(): void {
  mount();
  document.addEventListener("htmx:after:swap", mount);
}
