// Shows in a frame beside a form what is typed into it, before it is kept: the server says what the frame is to show.
const PAUSE = 120;

interface Told {
  channel: { widget_color: string; avatar_url: string };
  hint: string;
}

class Preview {
  readonly #stage: HTMLElement;
  readonly #form: HTMLFormElement;
  readonly #frame: HTMLIFrameElement;
  #asking: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(stage: HTMLElement, form: HTMLFormElement, frame: HTMLIFrameElement) {
    this.#stage = stage;
    this.#form = form;
    this.#frame = frame;
    form.addEventListener("input", () => this.#later());
    stage.addEventListener("change", () => this.#show());
    addEventListener("message", (post) => {
      if (post.source === frame.contentWindow && post.origin === location.origin && post.data?.event === "loaded") this.#begin();
    });
    for (const tools of stage.querySelectorAll<HTMLElement>(".preview-tools")) tools.hidden = false;
    frame.src = frame.dataset["src"] ?? "";
  }

  #begin(): void {
    this.#show();
    void this.#ask();
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), PAUSE);
  }

  #chosen(name: string): string {
    return this.#stage.querySelector<HTMLInputElement>(`input[name="preview-${name}"]:checked`)?.value ?? "";
  }

  #show(): void {
    this.#stage.dataset["size"] = this.#chosen("size");
    this.#say({ view: this.#chosen("view"), scheme: this.#chosen("scheme") });
  }

  #say(said: object): void {
    this.#frame.contentWindow?.postMessage({ deskbell: 1, ...said }, location.origin);
  }

  async #ask(): Promise<void> {
    this.#asking?.abort();
    this.#asking = new AbortController();
    const said = new URLSearchParams([...new FormData(this.#form)].filter((one): one is [string, string] => typeof one[1] === "string"));
    said.set("preview", this.#stage.dataset["of"] ?? "");
    try {
      const answer = await fetch(this.#stage.dataset["preview"] ?? "", { method: "POST", body: said, signal: this.#asking.signal });
      if (answer.ok) this.#tell((await answer.json()) as Told);
    } catch {
      // What is typed next asks again.
    }
  }

  #tell({ channel, hint }: Told): void {
    // A picture that is chosen is nowhere yet but here.
    const chosen = this.#form.querySelector<HTMLImageElement>("img[data-chosen]");
    this.#say({ channel: chosen ? { ...channel, avatar_url: chosen.src } : channel });
    this.#stage.style.setProperty("--color", channel.widget_color);
    const place = document.getElementById("legible");
    if (place && place.textContent !== hint) place.textContent = hint;
  }
}

/** Every preview of the page. */
export function preview(): void {
  for (const stage of document.querySelectorAll<HTMLElement>("[data-preview]")) {
    const form = document.getElementById(stage.dataset["form"] ?? "");
    const frame = stage.querySelector("iframe");
    if (form instanceof HTMLFormElement && frame) new Preview(stage, form, frame);
  }
}
