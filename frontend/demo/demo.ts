// The demo's page: buttons that call the widget's JavaScript API, and the bells that ring, asked for once a second.
import "./demo.css";

interface Told {
  identifier: string;
  user: Record<string, string>;
  label: string;
}

interface Bell {
  place: number;
  id: string;
  event: string;
  about: string;
  attempt: number;
  verified: boolean;
  problem: string | null;
}

/** What the widget puts on the page. */
type Api = Record<string, (...said: unknown[]) => void>;

const SHOWN = 30;
const EVERY = 1000;

const find = <Kind extends HTMLElement>(id: string) => document.getElementById(id) as Kind;
const told = JSON.parse(find("demo").textContent!) as Told;
const api = () => (window as unknown as { $deskbell?: Api }).$deskbell;
const answer = find("answer");

const CALLS: Record<string, unknown[]> = {
  toggle: ["open"],
  setUser: [told.identifier, told.user],
  setCustomAttributes: [{ plan: "collector", bells_owned: 12 }],
  setConversationCustomAttributes: [{ basket: "Ship's bell", value: 240 }],
  setLabel: [told.label],
  removeLabel: [told.label],
  reset: [],
};

function call(name: string, ...said: unknown[]): void {
  const shown = `$deskbell.${name}(${said.map((one) => JSON.stringify(one)).join(", ")})`;
  const method = api()?.[name];
  answer.className = method ? "answer" : "answer wrong";
  answer.textContent = method ? shown : "The widget is not on the page yet.";
  method?.(...said);
}

function makeBell(bell: Bell): HTMLLIElement {
  const item = document.createElement("li");
  item.className = bell.verified ? "new" : "new wrong";
  item.dataset.event = bell.event;
  item.innerHTML = '<svg aria-hidden="true"><use href="#bell"/></svg><b></b><span class="number"></span><p></p><small></small>';
  const say = (part: string, text: string) => (item.querySelector(part)!.textContent = text);
  say("b", bell.event);
  say(".number", `#${bell.id.split("_").at(-1)}`);
  say("p", bell.about.replace(/\s+/g, " "));
  const again = bell.attempt > 1 ? `, attempt ${bell.attempt}` : "";
  say("small", bell.verified ? `✓ signature verified${again}` : `✗ ${bell.problem}`);
  return item;
}

let latest = 0;

async function ask(): Promise<void> {
  const given = await fetch(`/demo/bells?after=${latest}`);
  if (!given.ok) throw Error();
  const { payload, latest: now } = (await given.json()) as { payload: Bell[]; latest: number };
  if (now < latest) {
    latest = 0; // the server was started anew, and counts from one
    return ask();
  }
  latest = now;
  const list = find("rung");
  list.prepend(...payload.map(makeBell).reverse());
  while (list.children.length > SHOWN) list.lastElementChild!.remove();
  find("nothing").hidden = list.children.length > 0;
}

async function listen(): Promise<void> {
  const state = find("state");
  const show = (text: string, wrong: boolean) => {
    if (state.textContent !== text) state.textContent = text;
    state.classList.toggle("wrong", wrong);
  };
  try {
    if (!document.hidden) await ask();
    show("listening", false);
  } catch {
    show("no answer; trying again", true);
  }
  setTimeout(listen, EVERY);
}

for (const button of document.querySelectorAll<HTMLElement>("[data-do]")) {
  const name = button.dataset.do!;
  button.addEventListener("click", () => call(name, ...CALLS[name]!));
}

for (const choice of document.querySelectorAll<HTMLInputElement>("[name=scheme]")) {
  choice.addEventListener("change", () => {
    document.documentElement.dataset.scheme = choice.value;
    call("setColorScheme", choice.value);
  });
}

const locale = find<HTMLSelectElement>("locale");
locale.addEventListener("change", () => call("setLocale", locale.value));

find("copy").addEventListener("click", async () => {
  const copy = find("copy");
  try {
    await navigator.clipboard.writeText(find("code").textContent!);
    copy.textContent = "Copied";
  } catch {
    getSelection()!.selectAllChildren(find("code")); // no leave to write there: the keyboard copies what is selected
  }
  setTimeout(() => (copy.textContent = "Copy"), 2000);
});

addEventListener("deskbell:error", (event) => {
  const { detail } = event as CustomEvent<{ message?: string } | string | undefined>;
  answer.className = "answer wrong";
  answer.textContent = (typeof detail === "string" ? detail : detail?.message) || "The widget refused.";
});

void listen();
