// A face, or the initials of a name.
import { useState } from "preact/hooks";

const initials = (name: string) =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? "")
    .join("")
    .toUpperCase();

export function Avatar({ name, url, online }: { name: string; url?: string | undefined; online?: boolean }) {
  const [broken, setBroken] = useState(false);
  return (
    <span class={`avatar${online ? " online" : ""}`} aria-hidden="true">
      {url && !broken ? <img src={url} alt="" onError={() => setBroken(true)} /> : initials(name)}
    </span>
  );
}

export const Typing = () => (
  <span class="dots" aria-hidden="true">
    <i />
    <i />
    <i />
  </span>
);
