// The messages, oldest first. It stays at its end while the visitor reads there, and where they are otherwise.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { language, t } from "../languages/language.ts";
import { lines } from "../logic/days.ts";
import { unseenBy } from "../logic/queue.ts";
import { lastId } from "../logic/thread.ts";
import { INCOMING } from "../model.ts";
import { Avatar, Typing } from "./Avatar.tsx";
import { useApp } from "./context.ts";
import { TeamIntro } from "./Home.tsx";
import { Icon } from "./Icon.tsx";
import { MessageLine, WaitingLine } from "./Lines.tsx";
import { day } from "./time.ts";

const NEAR = 80;

/** Keeps the reader's place as messages come and go above and below. */
function usePlace(first: number, last: number, extra: string) {
  const box = useRef<HTMLDivElement>(null);
  const before = useRef({ first, last, height: 0, atEnd: true });
  const [missed, setMissed] = useState(0);
  const toEnd = () => {
    box.current?.scrollTo({ top: box.current.scrollHeight });
    setMissed(0);
  };
  useLayoutEffect(() => {
    const view = box.current;
    if (!view) return;
    const was = before.current;
    if (was.first > first && was.first) view.scrollTop += view.scrollHeight - was.height;
    else if (was.atEnd) toEnd();
    else if (last > was.last) setMissed(missed + 1);
    before.current = { first, last, height: view.scrollHeight, atEnd: was.atEnd };
  }, [first, last, extra]);
  useEffect(() => {
    // Pictures and fonts come late, and the composer grows.
    const view = box.current;
    if (!view) return;
    const watch = new ResizeObserver(() => before.current.atEnd && toEnd());
    watch.observe(view);
    if (view.firstElementChild) watch.observe(view.firstElementChild);
    return () => watch.disconnect();
  }, []);
  const scrolled = () => {
    const view = box.current;
    if (!view) return;
    before.current.atEnd = view.scrollHeight - view.scrollTop - view.clientHeight < NEAR;
    before.current.height = view.scrollHeight;
    if (before.current.atEnd && missed) setMissed(0);
  };
  return { box, missed, toEnd, scrolled };
}

/** A resolved conversation may be gone on with, or left for a new one. */
function Ended() {
  const app = useApp();
  const { anew, channel } = app.store.state;
  return (
    <p class="day">
      {t("ended")}{" "}
      {!anew && channel.allow_messages_after_resolved && (
        <button type="button" class="link" onClick={() => app.startAnew()}>
          {t("startNew")}
        </button>
      )}
    </p>
  );
}

export function Thread() {
  const app = useApp();
  const { messages, typing, loading, conversation, locale } = app.store.state;
  const waiting = unseenBy(messages, app.store.state.waiting);
  const shown = useMemo(() => lines(messages), [messages]);
  const ownLast = messages.findLast((one) => one.message_type === INCOMING);
  const { box, missed, toEnd, scrolled } = usePlace(messages[0]?.id ?? 0, lastId(messages), `${waiting.length}${typing?.name ?? ""}${locale}`);
  const scroll = () => {
    scrolled();
    if (box.current && box.current.scrollTop < NEAR) void app.sync.older();
  };
  useLayoutEffect(() => {
    if (waiting.length) toEnd();
  }, [waiting.length]);
  return (
    <div class="thread-box">
      <div class="thread" ref={box} onScroll={scroll} role="log" aria-live="off" aria-label={t("conversation")} tabIndex={0}>
        <div class="lines">
          {loading && <p class="day">{t("older")}</p>}
          {!messages.length && !waiting.length && <TeamIntro />}
          {shown.map((line) => (
            <div key={line.message.id}>
              {line.newDay && <p class="day">{day(line.message.created_at, language())}</p>}
              <MessageLine line={line} isOwnLast={line.message === ownLast} seen={(conversation?.agent_last_seen_at ?? 0) >= line.message.created_at} />
            </div>
          ))}
          {conversation?.status === "resolved" && !waiting.length && <Ended />}
          {waiting.map((one) => (
            <WaitingLine key={one.key} one={one} />
          ))}
          {typing && (
            <div class="line is-theirs is-last">
              <Avatar name={typing.name} url={typing.avatar_url} />
              <div class="words is-typing">
                <Typing />
                <span class="hidden">{t("typing", { name: typing.name })}</span>
              </div>
            </div>
          )}
        </div>
      </div>
      {missed > 0 && (
        <button type="button" class="missed" onClick={toEnd}>
          <Icon name="down" /> {t("newMessages", { count: missed })}
        </button>
      )}
    </div>
  );
}
