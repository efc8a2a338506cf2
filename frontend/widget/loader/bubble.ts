// What the site's page shows of us: the bubble, its badge, the last unread message, and the place of the frame.
import type { Settings } from "./settings.ts";
import { STYLE } from "./style.ts";

export function createBubble(settings: Settings, press: () => void) {
  const look = (settings.position === "left" ? " l" : "") + (settings.widgetStyle === "flat" ? " f" : "");
  const title = settings.launcherTitle || "Chat";
  const add = <Tag extends keyof HTMLElementTagNameMap>(tag: Tag, parent: Node, className = "", textContent = "") =>
    parent.appendChild(Object.assign(document.createElement(tag), { className, textContent }));
  const host = add("div", document.body);
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  const button = add("button", root, `b${look}`);
  const peek = add("button", root, `p${look}`);
  add("i", button);
  if (settings.type === "expanded_bubble") add("span", button, "", title);
  const badge = add("b", button);

  /** How many messages wait for the visitor, and what the last of them says. */
  const unread = (count: number, text: string): void => {
    badge.hidden = !count;
    badge.textContent = `${count}`;
    button.ariaLabel = count ? `${title} (${count})` : title;
    peek.hidden = !count || !text || settings.showUnreadMessagesDialog === false;
    peek.textContent = text;
  };
  const opened = (open: boolean): void => {
    button.classList.toggle("o", open);
    button.ariaExpanded = `${open}`;
  };

  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  button.onclick = peek.onclick = press;
  button.hidden = settings.hideMessageBubble!;
  unread(0, "");
  opened(false);

  return {
    button,
    unread,
    opened,
    color: (color: string) => host.style.setProperty("--c", color),
    frame(src: string): HTMLIFrameElement {
      button.setAttribute("aria-controls", "frame");
      return Object.assign(add("iframe", root, look), { id: "frame", title, allow: "clipboard-write", src });
    },
  };
}
