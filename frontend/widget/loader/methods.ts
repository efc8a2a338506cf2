// window.$deskbell: the methods a site's own script calls, by the names the field knows.
import type { Attributes, Method } from "../shared/protocol.ts";
import type { Widget } from "./widget.ts";

const PASSED_ON =
  "setCustomAttributes,deleteCustomAttribute,setConversationCustomAttributes,deleteConversationCustomAttribute,setLabel,removeLabel,setLocale,setColorScheme";

export function createMethods({ bubble, isOpen, say, toggle, popout, forget, knowsUser }: Widget) {
  const call = (method: Method, ...args: unknown[]) => say({ event: "call", method, args });
  const passedOn = PASSED_ON.split(",").map((name) => [name, (...args: unknown[]) => call(name as Method, ...args)]);
  return {
    ...Object.fromEntries(passedOn),
    hasLoaded: true,
    get isOpen() {
      return isOpen();
    },
    toggle,
    toggleBubbleVisibility: (wish: "show" | "hide") => (bubble.button.hidden = wish === "hide"),
    popoutChatWindow: popout,
    setUser(identifier: string | number, user: Attributes): void {
      const known = user && (user.name || user.email || user.avatar_url);
      if (!known || !identifier || !/^(st|nu)/.test(typeof identifier)) throw Error("setUser: identifier or user missing");
      const said = [`${identifier}`, user];
      if (!knowsUser(JSON.stringify(said))) call("setUser", ...said);
    },
    reset(): void {
      toggle("close");
      forget();
      call("reset");
    },
  };
}
