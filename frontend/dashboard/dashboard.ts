// The dashboard's script: htmx for what changes in place, and what a page cannot do by itself. Every page works without it.
import htmx from "htmx.org";
import "./styles/base.css";
import "./styles/frame.css";
import "./styles/forms.css";
import "./styles/inbox.css";
import "./styles/conversation_list.css";
import "./styles/inboxes.css";
import "./styles/live.css";
import "./styles/panel.css";
import "./styles/thread.css";
import "./styles/webhooks.css";
import "./styles/deliveries.css";
import "./styles/settings.css";
import { askedBy } from "./htmx.ts";
import { beginConversations } from "./beginning.ts";
import { watchChosen } from "./chosen.ts";
import { pickColours } from "./colours.ts";
import { copy } from "./copy.ts";
import { countDown } from "./countdown.ts";
import { useKeys } from "./keys.ts";
import { tendList } from "./list.ts";
import { listen } from "./live.ts";
import { chooseNotifications } from "./notify/settings.ts";
import { usePalette } from "./palette.ts";
import { choosePictures } from "./pictures.ts";
import { preview } from "./preview.ts";
import { sendOnce } from "./once.ts";
import { orderRows } from "./rows.ts";
import { tendPanels } from "./panel.ts";
import { chooseTheme } from "./theme.ts";
import { tendThread } from "./thread.ts";
import { tellTimes } from "./times.ts";
import { toast } from "./toast.ts";

htmx.process(document.body); // it would begin a moment later, and what is pressed before would be lost

document.addEventListener("click", (event) => {
  const clicked = event.target instanceof Element ? event.target : null;
  const copying = clicked?.closest<HTMLElement>("[data-copy]");
  if (copying) void copy(copying);
});

sendOnce();
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  const question = (event.submitter ?? form).getAttribute("data-ask") ?? form.getAttribute("data-ask");
  if (question && !confirm(question)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  } else if (form.matches("[data-theme-choice]")) chooseTheme(event);
}, true);

// What fails of what somebody did is told; what only looks again by itself does so the next time.
for (const [name, words] of [["htmx:error", "That did not work: is the network there?"], ["htmx:response:error", "That did not work. Try again in a moment."]] as const) {
  document.addEventListener(name, (event) => {
    const { request, response } = askedBy(event);
    if (request?.method !== "GET" && (!response || response.status === 429 || response.status >= 500)) toast(words, true);
  });
}
document.addEventListener("htmx:after:swap", () => tellTimes());
document.querySelector<HTMLFormElement>("form[data-send-at-once]")?.requestSubmit();
tellTimes();
setInterval(tellTimes, 30_000);
countDown();
watchChosen();
beginConversations();
listen();
chooseNotifications();
tendList();
useKeys();
usePalette();
// On a phone the tabs are wider than the window: the one that is open should be seen.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
const wrong = document.querySelector<HTMLElement>('main [aria-invalid="true"]'); // where one goes on after a refusal
wrong?.closest("details")?.setAttribute("open", "");
wrong?.focus();
pickColours();
choosePictures();
preview();
orderRows();
tendPanels();
tendThread();
