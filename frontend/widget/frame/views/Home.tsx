// The first thing a visitor sees: a welcome, who is there, and how to begin.
import { useEffect, useRef } from "preact/hooks";
import { language, t } from "../languages/language.ts";
import type { Key } from "../languages/en.ts";
import { inOffice } from "../logic/hours.ts";
import { withoutMarks } from "../logic/links.ts";
import type { Channel } from "../model.ts";
import { Avatar } from "./Avatar.tsx";
import { useApp } from "./context.ts";
import { CloseButton } from "./Header.tsx";
import { Icon } from "./Icon.tsx";
import { statusOf } from "./status.ts";
import { clock } from "./time.ts";

const REPLY_TIMES: readonly string[] = ["in_a_few_minutes", "in_a_few_hours", "in_a_day"];

/** The faces of those who answer, those who are there first. */
function Faces() {
  const { agents } = useApp().store.state;
  const shown = [...agents].sort((a, b) => Number(b.availability_status === "online") - Number(a.availability_status === "online")).slice(0, 4);
  if (!shown.length) return null;
  return (
    <div class="faces">
      {shown.map((one) => (
        <Avatar key={one.id} name={one.name} url={one.avatar_url} />
      ))}
    </div>
  );
}

/** When an answer is to be expected. */
function replies(channel: Channel): string {
  const usually = REPLY_TIMES.includes(channel.reply_time) ? t(channel.reply_time as Key) : "";
  return inOffice(channel, new Date()) ? usually : channel.out_of_office_message || usually;
}

/** Above a conversation that nobody has begun. */
export function TeamIntro() {
  return (
    <div class="intro-team">
      <Faces />
      <p class="soft" dir="auto">
        {replies(useApp().store.state.channel)}
      </p>
    </div>
  );
}

function Team() {
  const { state } = useApp().store;
  const { available, words } = statusOf(state);
  return (
    <div class="team">
      <div class="team-words">
        <p class={available ? "status is-online" : "status"}>{words}</p>
        <p class="soft" dir="auto">
          {replies(state.channel)}
        </p>
      </div>
      <Faces />
    </div>
  );
}

function Last() {
  const app = useApp();
  const { messages, unread, channel } = app.store.state;
  const last = messages.at(-1);
  if (!last) return null;
  const who = last.message_type === 0 ? t("you") : last.sender?.name || channel.website_name;
  return (
    <button type="button" class="card last" onClick={() => app.show("chat")}>
      <Avatar name={who} url={last.sender?.avatar_url || last.sender?.thumbnail} />
      <span class="last-words">
        <span class="last-who">
          {who} <time>{clock(last.created_at, language())}</time>
        </span>
        <span class="last-text">{withoutMarks(last.content || "📎")}</span>
      </span>
      {unread > 0 && (
        <span class="count">
          <span aria-hidden="true">{unread}</span>
          <span class="hidden">{t("newMessages", { count: unread })}</span>
        </span>
      )}
    </button>
  );
}

export function Home() {
  const app = useApp();
  const { channel, settings, conversation } = app.store.state;
  const view = useRef<HTMLElement>(null);
  useEffect(() => {
    app.focus = () => view.current?.focus({ preventScroll: true });
  }, [app]);
  return (
    <main class="home" ref={view} tabIndex={-1}>
      <div class="hero">
        <div class="hero-top">
          {channel.avatar_url ? <img class="logo" src={channel.avatar_url} alt="" /> : <span class="brand">{channel.website_name}</span>}
          <CloseButton />
        </div>
        <h1 dir="auto">{settings.welcomeTitle || channel.welcome_title || t("hello")}</h1>
        <p dir="auto">{settings.welcomeDescription || channel.welcome_tagline || t("helloText")}</p>
      </div>
      <div class="home-cards">
        <Last />
        <section class="card">
          <Team />
          <button type="button" class="main" onClick={() => app.start()}>
            {t(conversation ? "continue" : "start")} <Icon name="send" />
          </button>
        </section>
      </div>
    </main>
  );
}
