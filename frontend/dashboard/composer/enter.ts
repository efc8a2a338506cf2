// Whether Enter sends, or Ctrl+Enter only. On a screen one types on, Enter makes a new line until somebody says otherwise.
import { keep, kept } from "../kept.ts";

const ENTER = "deskbell:enter";

export function enterSends(): boolean {
  const chosen = kept(ENTER);
  return chosen ? chosen === "sends" : !matchMedia("(pointer: coarse)").matches;
}

/** Let a composer's box say so, and change it. */
export function chooseEnter(form: HTMLFormElement): void {
  form.querySelector<HTMLElement>("[data-enter]")!.hidden = false;
  const box = form.querySelector<HTMLInputElement>("[data-enter-sends]")!;
  box.checked = enterSends();
  box.addEventListener("change", () => keep(ENTER, box.checked ? "sends" : "breaks"));
}
