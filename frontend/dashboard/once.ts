// What is on its way is not sent again by the same button: a double click means one thing.
import { askedBy } from "./htmx.ts";

/** How long a form counts as being sent whose answer is a new page, in milliseconds: a download would leave this one where it is. */
const LONGEST = 5_000;

/** By which button each form is being sent. */
let going = new WeakMap<Element, Element | null>();

const submitterOf = (event: Event | undefined): Element | null => (event as SubmitEvent | undefined)?.submitter ?? null;

export function sendOnce(): void {
  document.addEventListener("htmx:before:request", (event) => {
    const { request, sourceElement, sourceEvent } = askedBy(event);
    if (sourceElement instanceof HTMLFormElement && request?.method === "POST") going.set(sourceElement, submitterOf(sourceEvent));
  });
  document.addEventListener("htmx:finally:request", (event) => going.delete(askedBy(event).sourceElement ?? document.body));
  document.addEventListener("submit", (event) => {
    if (going.get(event.target as Element) !== event.submitter) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.method !== "post") return; // htmx sends it, or it may be asked twice
    going.set(form, event.submitter);
    setTimeout(() => going.delete(form), LONGEST);
  });
  addEventListener("pageshow", () => (going = new WeakMap())); // back on a page that was left as it was
}
