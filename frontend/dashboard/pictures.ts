// A picture to upload: looked at before it is sent, and shown as it will be.
import { sizeText } from "../shared/files.ts";

/** Why a file cannot be the picture; empty if it can. */
export function objection(file: Pick<File, "name" | "type" | "size">, types: string, largest: number): string {
  if (!types.split(",").includes(file.type)) return `${file.name} is not a picture of a kind that is shown here.`;
  if (!file.size) return `${file.name} is empty.`;
  return file.size > largest ? `${file.name} is larger than ${sizeText(largest)}.` : "";
}

function tend(field: HTMLElement): void {
  const input = field.querySelector<HTMLInputElement>('input[type="file"]')!;
  const remove = field.querySelector<HTMLInputElement>('[name="remove_avatar"]');
  const place = field.querySelector<HTMLElement>("[data-picture-shown]")!;
  const wrong = field.querySelector<HTMLElement>("#avatar-wrong")!;
  const before = [...place.childNodes];
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    const why = file ? objection(file, field.dataset["types"] ?? "", Number(field.dataset["largest"])) : "";
    if (why) input.value = "";
    wrong.textContent = why;
    wrong.hidden = !why;
    input.setAttribute("aria-invalid", String(!!why));
    if (file && remove) remove.checked = false;
    const drawn = place.querySelector<HTMLImageElement>("[data-chosen]");
    if (drawn) URL.revokeObjectURL(drawn.src);
    place.replaceChildren(...(file && !why ? [chosen(file)] : before));
  });
}

function chosen(file: File): HTMLImageElement {
  const picture = Object.assign(document.createElement("img"), { src: URL.createObjectURL(file), alt: "The picture you chose", className: "avatar" });
  picture.dataset["chosen"] = "";
  return picture;
}

/** Every picture that may be chosen on the page. */
export function choosePictures(): void {
  for (const field of document.querySelectorAll<HTMLElement>("[data-picture-field]")) tend(field);
}
