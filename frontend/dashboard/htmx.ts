/** What htmx tells of a request. */
export interface Asked {
  sourceElement?: Element;
  sourceEvent?: Event;
  request?: { method: string };
  response?: { status: number };
}

/** The request that an event of htmx is about. */
export function askedBy(event: Event): Asked {
  return (event as CustomEvent<{ ctx?: Asked }>).detail.ctx ?? {};
}
