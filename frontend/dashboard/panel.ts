// The head of a conversation and the contact's panel: what opens to choose from, and what waits while somebody is at it.
import { askedBy } from "./htmx.ts";
import type { Asked } from "./htmx.ts";

/** Milliseconds for which one is told why something was not done. */
const STANDS = 60_000;
const FIELDS = "input:not([type='hidden'], [readonly]), select, textarea";

/** Let head and panel be used with the keyboard, and change under nobody's hands. */
export function tendPanels(): void {
  document.addEventListener("htmx:config:request", (event) => waitForTheirHands(event));
  for (const done of ["toggle", "focusout"]) document.addEventListener(done, () => setTimeout(catchUp), true);
  document.addEventListener("htmx:after:swap", (event) => {
    afterSwap(askedBy(event));
    keepTold(askedBy(event));
  });
  document.addEventListener("toggle", (event) => opened(event as ToggleEvent), true);
  document.addEventListener("input", (event) => narrow(event.target));
  document.addEventListener("keydown", (event) => step(event));
  document.addEventListener("click", (event) => {
    const closing = event.target instanceof Element ? event.target.closest("dialog [data-closes]") : null;
    if (!closing) return;
    event.preventDefault();
    closing.closest("dialog")?.close();
  });
  document.addEventListener("deskbell:contact", () => document.querySelector<HTMLDialogElement>("#contact-dialog")?.close());
  // Whoever goes on by themselves is led nowhere.
  for (const going of ["pointerdown", "keydown"]) document.addEventListener(going, () => (onward = ""), true);
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    onward = form.closest(".pop") ? opener : form.matches("[data-patient] form") ? (event.submitter?.id ?? "") : "";
    announce(form);
    forgetTold(form);
  });
}

/** Whether somebody types or chooses in there. */
function busy(within: Element): boolean {
  const active = document.activeElement;
  if (active?.matches(FIELDS) && within.contains(active)) return true;
  return within.querySelector(":popover-open, details[open]") !== null;
}

/** What fetches itself anew while somebody is at it does so when they are done. */
function waitForTheirHands(event: Event): void {
  const { sourceElement: patient, sourceEvent } = askedBy(event);
  if (!patient?.matches("[data-patient]") || !sourceEvent?.type.startsWith("deskbell:") || !busy(patient)) return;
  event.preventDefault();
  patient.setAttribute("data-behind", "");
}

function catchUp(): void {
  for (const patient of document.querySelectorAll("[data-patient][data-behind]")) {
    if (busy(patient)) continue;
    patient.removeAttribute("data-behind");
    patient.dispatchEvent(new CustomEvent("deskbell:conversation"));
  }
}

let opener = "";
/** Where the keyboard is to go on after a swap: to what opened the choice that was made, or to what was pressed. */
let onward = "";

function afterSwap({ sourceElement, response }: Asked): void {
  const well = (response?.status ?? 200) < 400;
  const form = sourceElement instanceof HTMLFormElement ? sourceElement : null;
  const dialog = document.querySelector<HTMLDialogElement>("#contact-dialog");
  if (dialog && !dialog.open && sourceElement?.getAttribute("hx-target") === "#contact-dialog" && dialog.childElementCount) dialog.showModal();
  if (form?.matches("[data-clears]") && well) form.reset();
  if (form?.getAttribute("hx-target") === "#panel") {
    for (const one of document.querySelectorAll<HTMLElement>("#panel .pop:popover-open")) one.hidePopover();
    if (well) for (const one of document.querySelectorAll<HTMLDetailsElement>("#panel details.attribute[open]")) one.open = false;
  }
  if (onward && (!document.activeElement || document.activeElement === document.body)) document.getElementById(onward)?.focus();
  sayZones();
}

/** Why a try came to nothing, and in which conversation. */
let told: { why: Element; number: string | undefined; at: number } | null = null;

/** It stands for a while, though the head is fetched anew: what made it come to nothing is what pokes the head. */
function keepTold({ sourceElement }: Asked): void {
  const head = document.getElementById("conversation-head");
  const number = head?.dataset["liveConversation"];
  const why = head?.querySelector(".talk-said.alert");
  if (why) told = { why: why.cloneNode(true) as Element, number, at: told && sourceElement === head ? told.at : Date.now() };
  else if (told && sourceElement === head && told.number === number && Date.now() - told.at < STANDS) head?.querySelector(".talk-bar")?.after(told.why.cloneNode(true));
}

/** Who tries again has read it. */
function forgetTold(form: HTMLFormElement): void {
  const head = form.closest("#conversation-head");
  if (!head) return;
  told = null;
  head.querySelector(".talk-said")?.remove();
}

/** The time zone of this browser, for what is meant by tomorrow. */
function sayZones(): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const field of document.querySelectorAll<HTMLInputElement>("input[data-zone]")) field.value = zone;
}

function opened(event: ToggleEvent): void {
  const pop = event.target instanceof HTMLElement ? event.target : null;
  if (!pop?.matches(".pop")) return;
  sayZones();
  if (event.newState !== "open") return;
  opener = document.querySelector(`[popovertarget="${pop.id}"]`)?.id ?? "";
  if (!pop.contains(document.activeElement)) pop.querySelector<HTMLElement>(`[autofocus], .options button, .options a, ${FIELDS}`)?.focus();
}

/** Show only the options that have what is typed. */
function narrow(target: EventTarget | null): void {
  if (!(target instanceof HTMLInputElement) || !target.matches("[data-narrows]")) return;
  const wanted = target.value.trim().toLowerCase();
  for (const one of target.closest(".pop")?.querySelectorAll<HTMLElement>(".options > li") ?? []) one.hidden = !one.textContent?.toLowerCase().includes(wanted);
}

/** Arrows go from option to option; Enter in the field that narrows them takes the first. */
function step(event: KeyboardEvent): void {
  const target = event.target instanceof HTMLElement ? event.target : null;
  const pop = target?.closest(".pop");
  if (!target || !pop) return;
  const options = [...pop.querySelectorAll<HTMLElement>(".options > li:not([hidden]) > :is(button, a)")];
  if (event.key === "Enter" && target.matches("[data-narrows]")) {
    event.preventDefault();
    options[0]?.click();
  }
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!way || !options.length || (target.matches(FIELDS) && !target.matches("[data-narrows]"))) return;
  event.preventDefault();
  const at = options.indexOf(target);
  options[at < 0 ? (way > 0 ? 0 : options.length - 1) : (at + way + options.length) % options.length]?.focus();
}

/** What takes its time says so. */
function announce(form: HTMLFormElement): void {
  const words = form.dataset["waits"];
  if (!words) return;
  form.querySelector("progress")?.removeAttribute("hidden");
  const button = form.querySelector<HTMLButtonElement>("button.primary");
  if (!button) return;
  button.textContent = words;
  setTimeout(() => (button.disabled = true));
}
