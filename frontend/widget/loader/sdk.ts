// The entry: chatwootSDK.run, hoorySDK.run and deskbellSDK.run are one, and the script tag may run itself.
import { tell } from "./events.ts";
import { createMethods } from "./methods.ts";
import { fromTag, settings } from "./settings.ts";
import type { Run, Settings } from "./settings.ts";
import { createWidget } from "./widget.ts";

const page = window as unknown as Record<string, unknown>;
const tag = document.currentScript as HTMLScriptElement | null;

function start(wanted: Run, told: Settings): void {
  if (page.$deskbell) return;
  const widget = createWidget(wanted, told);
  page.$deskbell = page.$chatwoot = page.$hoory = createMethods(widget);
  fetch(widget.address("/widget/look"))
    .then((answer) => answer.json())
    .then((look) => widget.bubble.color(look.widget_color))
    .catch(() => {}); // the usual color will do
  tell("ready");
}

function run(wanted: Run, tagged?: Settings): void {
  const begin = () => start(wanted, { ...tagged, ...settings() });
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
}

page.chatwootSDK = page.hoorySDK = page.deskbellSDK = { run };

if (tag?.dataset.websiteToken) {
  run({ websiteToken: tag.dataset.websiteToken, baseUrl: tag.src }, fromTag(tag.dataset));
}
