// The app within reach of every view.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { App } from "../app.ts";

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error("A view outside of the frame");
  return app;
}
