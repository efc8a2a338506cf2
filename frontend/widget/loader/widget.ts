// The widget on the site's page: opens and closes, and carries what passes between the page and the frame.
import { heard } from "../shared/protocol.ts";
import type { ToFrame, ToPage } from "../shared/protocol.ts";
import { createBubble } from "./bubble.ts";
import { keep, readSession, recall, writeSession } from "./memory.ts";
import { tell } from "./events.ts";
import type { Run, Settings } from "./settings.ts";

export type Widget = ReturnType<typeof createWidget>;

export function createWidget({ websiteToken, baseUrl }: Run, settings: Settings) {
  const origin = new URL(baseUrl || "/", location.href).origin;
  const locale = (settings.useBrowserLanguage && navigator.language) || settings.locale;
  const bubble = createBubble(settings, () => toggle());
  let open = false;
  let session = readSession();
  let frame: HTMLIFrameElement | undefined;
  let begun: () => void;
  const listening = new Promise<void>((resolve) => (begun = resolve));

  const address = (path: string) => `${origin}${path}?website_token=${websiteToken}&locale=${encodeURIComponent(locale || "")}`;

  const post = (said: ToFrame) => frame!.contentWindow!.postMessage({ deskbell: 1, ...said }, origin);
  /** Say it now, or as soon as the frame listens. */
  const say = (said: ToFrame) => void listening.then(() => post(said));

  const load = (): void => {
    frame ||= bubble.frame(`${address("/widget")}&origin=${location.origin}`);
  };

  const toggle = (wish?: string): void => {
    if (wish && open === (wish === "open")) return;
    load();
    bubble.opened((open = !open));
    void frame!.offsetHeight; // what was laid out is what the transition begins from
    frame!.classList.toggle("o", open);
    (open ? frame! : bubble.button).focus();
    const event = open ? "opened" : "closed";
    say({ event, referer: location.href });
    tell(event);
  };

  const popout = (): void => {
    window.open(`${address("/widget")}#${session || ""}`, websiteToken, "width=420,height=700");
    toggle("close");
  };

  const keepSession = (token: string | null): void => {
    writeSession((session = token), settings.baseDomain);
    if (session) return;
    keep("waiting", null);
    keep("user", null);
  };

  const begin = (): void => {
    post({
      event: "init",
      session: (session ||= readSession()), // by now another tab may have one
      waiting: recall("waiting"),
      locale,
      color_scheme: settings.darkMode || "light",
      settings: JSON.parse(JSON.stringify(settings)),
    });
    begun();
  };

  addEventListener("message", (event) => {
    const said = heard<ToPage>(event, frame?.contentWindow, origin);
    if (!said) return;
    const { event: name } = said;
    if (name === "loaded") begin();
    if (name === "session") keepSession(said.token);
    if (name === "keep") keep(said.what, said.value);
    if (name === "unread") bubble.unread(said.count, said.text);
    if (name === "close") toggle(name);
    if (name === "popout") popout();
    if (name === "tell") tell(said.name, said.detail);
  });
  addEventListener("keydown", (pressed) => pressed.key === "Escape" && toggle("close"));

  if (session) (window.requestIdleCallback || setTimeout)(load);

  return {
    bubble,
    address,
    say,
    toggle,
    popout,
    isOpen: () => open,
    /** Whether the same was said in this session before, and heard. */
    knowsUser: (who: string) => session && recall("user") === who,
    forget: () => keepSession(null),
  };
}
