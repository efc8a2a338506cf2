// What is on its way is not sent again by the same button: a double click means one thing.
import { askedBy } from "./htmx.ts";

/** By which button each form is being sent. */
const going = new WeakMap<Element, Element | null>();

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
}
