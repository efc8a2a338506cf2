// A colour that is picked, and written down.

/** A picker beside a field in which a colour is written down: each follows the other. */
export function pickColours(): void {
  for (const picker of document.querySelectorAll<HTMLInputElement>("input[data-picks]")) {
    const written = document.getElementById(picker.dataset["picks"] ?? "");
    if (!(written instanceof HTMLInputElement)) continue;
    picker.hidden = false;
    picker.addEventListener("input", () => {
      written.value = picker.value;
    });
    written.addEventListener("input", () => {
      if (/^#[0-9a-f]{6}$/i.test(written.value.trim())) picker.value = written.value.trim().toLowerCase();
    });
  }
}
