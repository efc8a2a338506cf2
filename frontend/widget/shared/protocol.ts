// What loader and frame say to each other: docs/internals/widget.md, "Between loader and frame".

/** What the site's page may set of the frame. */
export interface FrameSettings {
  welcomeTitle?: string;
  welcomeDescription?: string;
  availableMessage?: string;
  unavailableMessage?: string;
  widgetStyle?: "standard" | "flat";
  showPopoutButton?: boolean;
  enableFileUpload?: boolean;
  enableEmojiPicker?: boolean;
  enableEndConversation?: boolean;
}

export type ColorScheme = "light" | "dark" | "auto";
export type Attributes = Record<string, unknown>;

/** A method of window.$deskbell that the frame carries out. */
export type Method =
  | "setUser"
  | "setCustomAttributes"
  | "deleteCustomAttribute"
  | "setConversationCustomAttributes"
  | "deleteConversationCustomAttribute"
  | "setLabel"
  | "removeLabel"
  | "setLocale"
  | "setColorScheme"
  | "reset";

export type ToFrame =
  | {
      event: "init";
      session: string | null;
      waiting: string | null;
      locale: string | undefined;
      color_scheme: ColorScheme;
      settings: FrameSettings;
    }
  | { event: "opened" | "closed"; referer: string }
  | { event: "call"; method: Method; args: unknown[] };

export type ToPage =
  | { event: "loaded" | "close" | "popout" }
  | { event: "session"; token: string | null }
  | { event: "keep"; what: "waiting" | "user"; value: string | null }
  | { event: "unread"; count: number; text: string }
  | { event: "tell"; name: "on-message" | "on-start-conversation" | "postback" | "error"; detail: unknown };

/** A message as it arrives at a window; a MessageEvent is one. */
export interface Post {
  data: unknown;
  origin: string;
  source: unknown;
}

/** What the other side said; null for what anybody else did, be it another window or another origin. */
export function heard<Said extends { event: string }>(post: Post, other: unknown, origin: string): Said | null {
  const said = post.data as { deskbell?: unknown } | null;
  return other && post.source === other && post.origin === origin && said?.deskbell === 1 ? (said as unknown as Said) : null;
}
