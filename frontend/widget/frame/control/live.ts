// What comes by itself: the server's pokes, and word of the site's other tabs of who the visitor is now.
import type { Configuration } from "../configuration.ts";
import { visitorOf } from "../logic/token.ts";
import type { Api } from "../net/api.ts";

export { Cable } from "../../../shared/cable.ts";

/** Who the visitor is in this tab, and how it takes another's word for it. */
export interface Tab {
  readonly configuration: Configuration;
  readonly api: Api;
  follow(token: string | null): Promise<void>;
}

/** Of one inbox on one site: no other site's frames hear of it, whatever the browser lets them share. Null where it lets nobody. */
function channelOf({ configuration: { origin, website_token } }: Tab): BroadcastChannel | null {
  try {
    return new BroadcastChannel(`deskbell ${origin} ${website_token}`);
  } catch {
    return null;
  }
}

export function hearTabs(tab: Tab): void {
  const channel = channelOf(tab);
  if (!channel) return;
  channel.onmessage = ({ data }) => {
    if (visitorOf(data) !== visitorOf(tab.api.token)) void tab.follow(data);
  };
}

/** Another visitor took the place of the one before, or nobody did. */
export function tellTabs(tab: Tab, token: string | null): void {
  const channel = channelOf(tab);
  channel?.postMessage(token);
  channel?.close();
}
