// The list of conversations: what is open stays marked, several are selected, and a wide window changes only what is beside the list.
import { askedBy } from "./htmx.ts";
import { toast } from "./toast.ts";

const NARROW = "(max-width: 860px)";
const PICKS = '#conversations input[name="numbers[]"]';

/** The last box that was ticked or cleared: with shift, what lies between it and the next goes along. */
let last = "";

/** Let the list be used as one thing, whatever is fetched of it. */
export function tendList(): void {
  document.addEventListener("click", (event) => clicked(event), true);
  // What is searched for is sent while it is typed: leaving the field sends nothing, which would undo what was clicked.
  document.addEventListener("change", (event) => {
    if (event.target instanceof Element && event.target.id === "list-search") event.stopPropagation();
  }, true);
  // With shift the browser would mark text, and tick nothing.
  document.addEventListener("mousedown", (event) => {
    if (event.shiftKey && event.target instanceof Element && event.target.closest(".pick")) event.preventDefault();
  });
  document.addEventListener("change", (event) => {
    if (event.target instanceof Element && event.target.matches(PICKS)) count();
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const source = askedBy(event).sourceElement;
    markOpen();
    if (source?.matches("#list, #list-form, #list a")) matchFilters(); // the list itself stands for a chip that is gone
    if (source?.matches("a[data-conversation]")) goInto();
    count();
  });
  document.addEventListener("deskbell:told", (event) => {
    const { words } = (event as CustomEvent<{ words: string }>).detail;
    for (const pick of picks()) pick.checked = false;
    count();
    toast(decodeURIComponent(words));
  });
  count();
}

function clicked(event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target : null;
  const link = target?.closest<HTMLAnchorElement>("a[data-wide]");
  if (link && matchMedia(NARROW).matches) return event.stopPropagation(); // a page of its own
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  if (link?.dataset["conversation"] && plain) mark(link.dataset["conversation"]);
  if (target instanceof HTMLInputElement && target.matches(PICKS)) range(target, event.shiftKey);
  const asked = target?.closest<HTMLElement>("[data-select]")?.dataset["select"];
  if (!asked) return;
  for (const pick of picks()) pick.checked = asked === "all";
  count();
}

function picks(): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>(PICKS)];
}

function range(pick: HTMLInputElement, shift: boolean): void {
  const all = picks();
  const from = all.findIndex(({ value }) => value === last);
  const to = all.indexOf(pick);
  if (shift && from >= 0) for (const one of all.slice(Math.min(from, to), Math.max(from, to) + 1)) one.checked = pick.checked;
  last = pick.value;
}

/** Say how many are selected. */
function count(): void {
  const said = document.getElementById("bulk-count");
  if (!said) return;
  const selected = picks().filter(({ checked }) => checked).length;
  const words = selected ? `${selected} selected` : "";
  if (said.textContent !== words) said.textContent = words;
  document.getElementById("list")?.classList.toggle("selecting", selected > 0);
}

function mark(number: string): void {
  for (const link of document.querySelectorAll<HTMLElement>("#conversations a[data-conversation]"))
    if (link.dataset["conversation"] === number) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
}

/** What is open is what the address says. */
function markOpen(): void {
  const found = /\/conversations\/(\d+)$/.exec(location.pathname);
  if (document.getElementById("conversations")) mark(found?.[1] ?? "");
}

/** Whoever opens a conversation goes on there: the keyboard and the screen reader are in it. */
function goInto(): void {
  const opened = document.getElementById("conversation");
  if (!opened) return;
  opened.closest(".inbox")?.classList.add("open");
  if (opened.contains(document.activeElement)) return;
  opened.tabIndex = -1;
  opened.focus({ preventScroll: true });
}

/** The filters say what is listed, too where a chip or a tab changed it. */
function matchFilters(): void {
  for (const option of document.querySelectorAll<HTMLOptionElement>("#list-form option"))
    if (option.selected !== option.defaultSelected && option.defaultSelected) option.selected = true;
  for (const choice of document.querySelectorAll<HTMLSelectElement>("#list-form select"))
    if (![...choice.options].some(({ defaultSelected }) => defaultSelected)) choice.selectedIndex = 0;
}
