// Files to send: chosen, dropped or pasted; looked at before, and taken back. A form that sends itself carries them in its own field.
import { ACCEPTED, isAccepted, sizeText } from "../../shared/files.ts";

export interface Limits {
  largest: number;
  most: number;
  /** A website takes only kinds that people send each other. */
  picky: boolean;
}

/** Why a file cannot be sent; empty if it can. */
export function trouble(file: Pick<File, "name" | "type" | "size">, already: number, { largest, most, picky }: Limits): string {
  if (already >= most) return `${file.name}: at most ${most} files go with one message.`;
  if (!file.size) return `${file.name} is empty.`;
  if (file.size > largest) return `${file.name} is larger than ${sizeText(largest)}.`;
  return picky && !isAccepted(file, ACCEPTED) ? `${file.name} is of a kind that cannot be sent here.` : "";
}

/** Those chosen for conversations that are left meanwhile: they are there again when one comes back. */
const waiting = new Map<string, File[]>();

export class Files {
  readonly #place: HTMLElement;
  readonly #limits: Limits;
  readonly #wrong: (why: string) => void;
  readonly #carrier: HTMLInputElement | null;
  readonly #own: string | undefined;
  #files: File[];

  constructor(form: HTMLFormElement, limits: Limits, wrong: (why: string) => void, carried = false) {
    this.#place = form.querySelector<HTMLElement>("[data-picked]")!;
    this.#limits = limits;
    this.#wrong = wrong;
    this.#own = form.dataset["own"];
    this.#files = waiting.get(this.#own ?? "") ?? [];
    const input = form.querySelector<HTMLInputElement>("[data-files]")!;
    this.#carrier = carried ? input : null;
    input.addEventListener("change", () => {
      const files = [...(input.files ?? [])];
      input.value = "";
      this.add(files);
    });
    form.addEventListener("paste", ({ clipboardData }) => clipboardData && this.add([...clipboardData.files]));
    this.#dropping(form.closest<HTMLElement>(".talk") ?? form);
    this.#show();
  }

  get count(): number {
    return this.#files.length;
  }

  /** All there are; there are none after. */
  take(): File[] {
    const files = this.#files;
    this.#files = [];
    this.#show();
    return files;
  }

  add(files: readonly File[]): void {
    const problems: string[] = [];
    for (const file of files) {
      const problem = trouble(file, this.#files.length, this.#limits);
      if (problem) problems.push(problem);
      else this.#files.push(file);
    }
    if (files.length) this.#wrong(problems.join(" "));
    this.#show();
  }

  #dropping(place: HTMLElement): void {
    const holds = ({ dataTransfer }: DragEvent) => !!dataTransfer?.types.includes("Files");
    place.addEventListener("dragover", (event) => {
      if (!holds(event)) return;
      event.preventDefault();
      place.classList.add("dropping");
    });
    place.addEventListener("dragleave", (event) => {
      if (!place.contains(event.relatedTarget as Node | null)) place.classList.remove("dropping");
    });
    place.addEventListener("drop", (event) => {
      place.classList.remove("dropping");
      if (!holds(event)) return;
      event.preventDefault();
      this.add([...(event.dataTransfer?.files ?? [])]);
    });
  }

  #show(): void {
    if (this.#own && this.#files.length) waiting.set(this.#own, this.#files);
    else if (this.#own) waiting.delete(this.#own);
    this.#place.replaceChildren(...this.#files.map((file, place) => this.#row(file, place)));
    this.#place.hidden = !this.#files.length;
    if (!this.#carrier) return;
    const carried = new DataTransfer();
    for (const file of this.#files) carried.items.add(file);
    this.#carrier.files = carried.files;
  }

  #row(file: File, place: number): HTMLElement {
    const row = document.createElement("li");
    if (file.type.startsWith("image/")) row.append(thumbnail(file));
    const name = Object.assign(document.createElement("span"), { className: "file-name", textContent: file.name });
    const size = Object.assign(document.createElement("small"), { textContent: sizeText(file.size) });
    const remove = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: "Remove" });
    remove.setAttribute("aria-label", `Remove ${file.name}`);
    remove.addEventListener("click", () => {
      this.#files.splice(place, 1);
      this.#show();
    });
    row.append(name, size, remove);
    return row;
  }
}

function thumbnail(file: File): HTMLImageElement {
  const picture = Object.assign(document.createElement("img"), { src: URL.createObjectURL(file), alt: "" });
  for (const over of ["load", "error"]) picture.addEventListener(over, () => URL.revokeObjectURL(picture.src), { once: true });
  return picture;
}
