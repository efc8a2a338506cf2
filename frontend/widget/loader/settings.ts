// What the site's page sets, in an object or on the script tag.
import type { ColorScheme, FrameSettings } from "../shared/protocol.ts";

export interface Settings extends FrameSettings {
  locale?: string;
  useBrowserLanguage?: boolean;
  baseDomain?: string;
  hideMessageBubble?: boolean;
  position?: "left" | "right";
  type?: "standard" | "expanded_bubble";
  launcherTitle?: string;
  showUnreadMessagesDialog?: boolean;
  darkMode?: ColorScheme;
}

export interface Run {
  websiteToken: string;
  baseUrl: string;
}

type Page = Partial<Record<"deskbellSettings" | "chatwootSettings" | "hoorySettings", Settings>>;

export function settings(): Settings {
  const page = window as Page;
  return { ...page.hoorySettings, ...page.chatwootSettings, ...page.deskbellSettings };
}

/** A script tag's data-* attributes: `data-hide-message-bubble="true"` is `hideMessageBubble: true`. */
export function fromTag(data: DOMStringMap): Settings {
  const told = Object.entries(data).map(([name, text]) => [name, text === "true" || (text !== "false" && text)]);
  return Object.fromEntries(told) as Settings;
}
