// Views that are loaded when they are first needed.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  return function Later(props: Props) {
    const [View, setView] = useState(() => loaded);
    useEffect(() => {
      if (View) return; // not `loaded`: another one's load may have come in since this was drawn
      load().then(
        (found) => setView(() => (loaded = found)),
        () => {}, // shown nothing now; the next time it is asked for again
      );
    }, []);
    return View ? <View {...props} /> : null;
  };
}
