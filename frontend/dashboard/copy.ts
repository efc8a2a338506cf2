import { toast } from "./toast.ts";

/** Copy the text of the element that a button names. */
export async function copy(button: HTMLElement): Promise<void> {
  const from = document.getElementById(button.dataset["copy"] ?? "");
  if (!from) return;
  const text = from instanceof HTMLInputElement ? from.value : (from.textContent ?? "");
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied.");
  } catch {
    // Without https there is no clipboard: what is wanted is marked, to be copied by hand.
    if (from instanceof HTMLInputElement) from.select();
    else getSelection()?.selectAllChildren(from);
    toast("Marked: copy it with your keyboard.");
  }
}
