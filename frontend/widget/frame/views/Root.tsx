// The whole frame: which view, in which colours.
import { useEffect, useLayoutEffect, useReducer } from "preact/hooks";
import type { App } from "../app.ts";
import type { State } from "../store.ts";
import { Chat } from "./Chat.tsx";
import { AppContext } from "./context.ts";
import { Home } from "./Home.tsx";
import { later } from "./later.tsx";

const PreChat = later(() => import("./PreChat.tsx").then((one) => one.PreChat));
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

/** What can be read on the inbox's color, and where, is worked out in the style. */
function paint({ channel, scheme, settings }: State): void {
  const root = document.documentElement;
  const dark = scheme === "dark" || (scheme === "auto" && prefersDark.matches);
  root.dataset.theme = dark ? "dark" : "light";
  root.dataset.style = settings.widgetStyle ?? "standard";
  root.style.setProperty("--color", channel.widget_color);
}

export function Root({ app }: { app: App }) {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useLayoutEffect(() => app.store.subscribe(() => redraw(undefined)), [app]);
  useEffect(() => {
    const repaint = () => redraw(undefined);
    const escape = (pressed: KeyboardEvent) => pressed.key === "Escape" && !pressed.defaultPrevented && app.tell({ event: "close" });
    prefersDark.addEventListener("change", repaint);
    addEventListener("keydown", escape);
    return () => {
      prefersDark.removeEventListener("change", repaint);
      removeEventListener("keydown", escape);
    };
  }, [app]);
  const { state } = app.store;
  useLayoutEffect(() => paint(state));
  return (
    <AppContext.Provider value={app}>
      {state.view === "home" ? <Home /> : state.view === "form" ? <PreChat /> : <Chat />}
      <p class="hidden" role="status">
        {state.announced}
      </p>
    </AppContext.Provider>
  );
}
