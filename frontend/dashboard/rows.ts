// Rows that are put into an order, by their buttons or by Alt with an arrow. Their order on the page is what a form sends.

/** Move a row past its neighbour. The neighbour is what moves, so that the focus stays. */
function move(row: HTMLElement, up: boolean): void {
  const list = row.closest("[data-rows]");
  const other = up ? row.previousElementSibling : row.nextElementSibling;
  if (!list) return;
  if (other && up) row.after(other);
  else if (other) row.before(other);
  row.scrollIntoView({ block: "nearest" });
  const place = [...list.children].indexOf(row) + 1;
  const told = document.getElementById(list.getAttribute("data-told-in") ?? "");
  if (told) told.textContent = `${row.dataset["row"] ?? ""}: ${other ? "" : "still "}place ${place} of ${list.children.length}`;
  if (other) row.dispatchEvent(new Event("input", { bubbles: true }));
}

const rowOf = (target: EventTarget | null): HTMLElement | null => (target instanceof Element ? target.closest<HTMLElement>("[data-row]") : null);

export function orderRows(): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-move]") : null;
    const row = rowOf(button);
    if (!button || !row) return;
    event.preventDefault();
    move(row, button.dataset["move"] === "up");
  });
  document.addEventListener("keydown", (event) => {
    const row = event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown") ? rowOf(event.target) : null;
    if (!row) return;
    event.preventDefault();
    move(row, event.key === "ArrowUp");
  });
}
