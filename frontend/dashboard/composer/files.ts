// Files to send: chosen, dropped or pasted; looked at before, and taken back.
import { ACCEPTED, isAccepted, sizeText } from "../../widget/frame/logic/files.ts";

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

export class Files {
  readonly #place: HTMLElement;
  readonly #limits: Limits;
  readonly #wrong: (why: string) => void;
  #files: File[] = [];

  constructor(form: HTMLFormElement, limits: Limits, wrong: (why: string) => void) {
    this.#place = form.querySelector<HTMLElement>("[data-picked]")!;
    this.#limits = limits;
    this.#wrong = wrong;
    const input = form.querySelector<HTMLInputElement>("[data-files]")!;
    input.addEventListener("change", () => {
      this.add([...(input.files ?? [])]);
      input.value = "";
    });
    form.addEventListener("paste", ({ clipboardData }) => clipboardData && this.add([...clipboardData.files]));
    this.#dropping(form.closest<HTMLElement>(".talk") ?? form);
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
    for (const picture of this.#place.querySelectorAll("img")) URL.revokeObjectURL(picture.src);
    this.#place.replaceChildren(...this.#files.map((file, place) => this.#row(file, place)));
    this.#place.hidden = !this.#files.length;
  }

  #row(file: File, place: number): HTMLElement {
    const row = document.createElement("li");
    if (file.type.startsWith("image/")) row.append(Object.assign(document.createElement("img"), { src: URL.createObjectURL(file), alt: "" }));
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
