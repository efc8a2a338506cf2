import { toast } from "./toast.ts";

/** Copy the text of the element that a button names. */
export async function copy(button: HTMLElement): Promise<void> {
  const from = document.getElementById(button.dataset["copy"] ?? "");
  if (!from) return;
  if (await copied(from instanceof HTMLInputElement ? from.value : (from.textContent ?? ""))) return;
  if (from instanceof HTMLInputElement) from.select();
  else getSelection()?.selectAllChildren(from);
  toast("Marked: copy it with your keyboard.");
}

/** Copy a text, and say so; answers whether it could be: without https there is no clipboard. */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return false;
  }
  toast("Copied.");
  return true;
}
