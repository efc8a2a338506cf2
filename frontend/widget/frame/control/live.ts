// What comes by itself: the server's pokes, and word of the site's other tabs of who the visitor is now.
import type { App } from "../app.ts";
import { visitorOf } from "../logic/token.ts";

export { Cable } from "../net/cable.ts";

/** Of one inbox on one site: no other site's frames hear of it, whatever the browser lets them share. Null where it lets nobody. */
function tabs({ configuration: { origin, website_token } }: App): BroadcastChannel | null {
  try {
    return new BroadcastChannel(`deskbell ${origin} ${website_token}`);
  } catch {
    return null;
  }
}

export function hearTabs(app: App): void {
  const channel = tabs(app);
  if (!channel) return;
  channel.onmessage = ({ data }) => {
    if (visitorOf(data) !== visitorOf(app.api.token)) void app.follow(data);
  };
}

/** Another visitor took the place of the one before, or nobody did. */
export function tellTabs(app: App, token: string | null): void {
  const channel = tabs(app);
  channel?.postMessage(token);
  channel?.close();
}
