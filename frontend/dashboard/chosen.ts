/** The ticked boxes of a list that belong to a form. */
function ticked(form: HTMLFormElement): HTMLInputElement[] {
  const name = form.dataset["chosen"] ?? "";
  return [...form.elements].filter((one): one is HTMLInputElement => one instanceof HTMLInputElement && one.name === name && one.checked);
}

/** Say how many are chosen, and whether the list waits for that. */
function tell(form: HTMLFormElement): void {
  const count = ticked(form).length;
  const button = form.querySelector<HTMLButtonElement>("[data-chosen-button]");
  if (button) {
    button.disabled = count === 0;
    button.lastChild!.textContent = count ? `Replay ${count} selected` : "Replay selected";
  }
  const mark = form.querySelector<HTMLElement>("[data-live-words]");
  if (mark && mark.textContent) mark.textContent = (count ? mark.dataset["heldWords"] : mark.dataset["liveWords"]) ?? "";
}

/** Lists in which things are ticked: what is ticked stays in its place, so nothing new comes in meanwhile. */
export function watchChosen(): void {
  const all = () => document.querySelectorAll<HTMLFormElement>("form[data-chosen]").forEach(tell);
  document.addEventListener("change", (event) => {
    const form = event.target instanceof HTMLInputElement ? event.target.form : null;
    if (form?.matches("[data-chosen]")) tell(form);
  });
  document.addEventListener("htmx:before:request", (event) => {
    const asking = event.target instanceof HTMLElement ? event.target.dataset["heldBy"] : undefined;
    const form = asking ? document.querySelector<HTMLFormElement>(`form[data-chosen="${asking}"]`) : null;
    if (form && ticked(form).length) event.preventDefault();
  });
  document.addEventListener("htmx:after:swap", all);
  addEventListener("pageshow", all);
  all();
}
