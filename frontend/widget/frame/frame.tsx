// The entry: the frame talks to the page around it, or stands by itself in a window of its own.
import { render } from "preact";
import { heard } from "../shared/protocol.ts";
import type { ToFrame, ToPage } from "../shared/protocol.ts";
import { App } from "./app.ts";
import { keepOwnSession, ownSession, readConfiguration } from "./configuration.ts";
import type { Configuration } from "./configuration.ts";
import "./styles/frame.css";
import { Root } from "./views/Root.tsx";

function inPage(configuration: Configuration, origin: string): App {
  const app = new App(configuration, (said) => parent.postMessage({ deskbell: 1, ...said }, origin));
  addEventListener("message", (post) => {
    const said = heard<ToFrame>(post, parent, origin);
    if (said) app.hear(said);
  });
  return app;
}

function inWindow(configuration: Configuration): App {
  const { website_token, locale } = configuration;
  const app = new App(configuration, (said) => {
    if (said.event === "session") keepOwnSession(website_token, said.token);
    if (said.event === "close") close();
  });
  app.hear({ event: "init", session: ownSession(website_token), waiting: null, locale, color_scheme: "auto", settings: {} });
  app.hear({ event: "opened", referer: document.referrer });
  return app;
}

const configuration = readConfiguration();
const place = document.getElementById("app");
if (configuration && place) {
  const framed = parent !== window && configuration.origin;
  const app = framed ? inPage(configuration, framed) : inWindow(configuration);
  void app.speak(configuration.locale).then(() => {
    render(<Root app={app} />, place);
    app.tell({ event: "loaded" } satisfies ToPage);
  });
}
