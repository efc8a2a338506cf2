const SHOWN = 4000;

/** A short word at the foot of the page, which screen readers hear, too. */
export function toast(text: string, wrong = false): void {
  const shown = document.createElement("p");
  shown.className = wrong ? "toast wrong" : "toast";
  shown.textContent = text;
  document.getElementById("toasts")?.append(shown);
  setTimeout(() => shown.remove(), SHOWN);
}
