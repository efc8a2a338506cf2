// The bar above a conversation: who is there, and what else can be done.
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../languages/language.ts";
import { lastSpeaker } from "../logic/thread.ts";
import { Avatar } from "./Avatar.tsx";
import { useApp } from "./context.ts";
import { Icon } from "./Icon.tsx";
import { statusOf } from "./status.ts";

function useMenu() {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => box.current?.contains(event.target as Node) || setOpen(false);
    const escape = (pressed: KeyboardEvent) => {
      if (pressed.key !== "Escape") return;
      pressed.preventDefault();
      setOpen(false);
      box.current?.querySelector("button")?.focus();
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    box.current?.addEventListener("keydown", escape);
    box.current?.querySelector<HTMLElement>(".menu button")?.focus();
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
      box.current?.removeEventListener("keydown", escape);
    };
  }, [open]);
  return { open, setOpen, box };
}

function Menu({ end }: { end: (() => void) | null }) {
  const app = useApp();
  const { open, setOpen, box } = useMenu();
  const { settings, poppedOut } = app.store.state;
  const popout = settings.showPopoutButton && !poppedOut;
  if (!end && !popout) return null;
  const choose = (act: () => void) => () => {
    setOpen(false);
    act();
  };
  return (
    <div class="menu-box" ref={box}>
      <button type="button" class="plain" aria-label={t("menu")} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="more" />
      </button>
      {open && (
        <div class="menu">
          {popout && (
            <button type="button" onClick={choose(() => app.tell({ event: "popout" }))}>
              <Icon name="window" /> {t("popout")}
            </button>
          )}
          {end && (
            <button type="button" onClick={choose(end)}>
              <Icon name="check" /> {t("end")}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

export function CloseButton() {
  const app = useApp();
  if (app.store.state.poppedOut) return null;
  return (
    <button type="button" class="plain close" aria-label={t("close")} onClick={() => app.tell({ event: "close" })}>
      <Icon name="close" />
    </button>
  );
}

export function Header({ end }: { end: (() => void) | null }) {
  const app = useApp();
  const { channel, messages } = app.store.state;
  const speaker = lastSpeaker(messages);
  const { available, words } = statusOf(app.store.state);
  return (
    <header class="bar">
      <button type="button" class="plain" aria-label={t("back")} onClick={() => app.show("home")}>
        <Icon name="back" />
      </button>
      <Avatar name={speaker?.name ?? channel.website_name} url={speaker ? speaker.avatar_url || speaker.thumbnail : channel.avatar_url} online={available} />
      <div class="who">
        <h1>{speaker?.name ?? channel.website_name}</h1>
        <p>{words}</p>
      </div>
      <Menu end={end} />
      <CloseButton />
    </header>
  );
}
