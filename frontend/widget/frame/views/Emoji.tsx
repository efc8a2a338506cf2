// A small picker. Arrows move within it, Enter chooses, Escape closes.
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../languages/language.ts";

const ALL =
  "😀 😃 😄 😁 😆 😅 😂 🤣 🙂 🙃 😉 😊 😇 🥰 😍 🤩 😘 😋 😜 🤪 🤗 🤭 🤔 🤨 😐 😏 🙄 😬 😌 😔 😴 🤒 🥳 😎 🤓 😕 🙁 😮 😳 🥺 😢 😭 😱 😤 😡 🤯 👍 👎 👌 ✌️ 🤞 👋 🙌 👏 🙏 💪 🤝 👀 ❤️ 🧡 💛 💚 💙 💜 🖤 💔 ✨ ⭐ 🔥 🎉 🎁 🏆 🚀 💡 ✅ ❌ ❓ ❗ ⏰ 📌 📎 📷 📞 💻 📦 🚚 🛒 💳 ☕ 🍕 🍰 🌱 🌞 🌧️ ❄️ 🌍 🏠 ✈️ 🐶 🐱".split(" ");
const ACROSS = 8;

export function Emoji({ choose, close }: { choose: (emoji: string) => void; close: () => void }) {
  const grid = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const focus = (place: number) => (grid.current?.children[place] as HTMLElement | undefined)?.focus();
  useEffect(() => focus(0), []);
  const pressed = (event: KeyboardEvent) => {
    const forward = document.documentElement.dir === "rtl" ? -1 : 1;
    const step = { ArrowRight: forward, ArrowLeft: -forward, ArrowDown: ACROSS, ArrowUp: -ACROSS }[event.key];
    if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (step) {
      event.preventDefault();
      const next = Math.max(0, Math.min(ALL.length - 1, at + step));
      focus(next);
      setAt(next);
    }
  };
  return (
    <div class="emoji" role="group" aria-label={t("emojiSearch")} ref={grid} onKeyDown={pressed}>
      {ALL.map((one, place) => (
        <button
          type="button"
          tabIndex={place === at ? 0 : -1}
          onClick={() => {
            setAt(place);
            choose(one);
          }}
        >
          {one}
        </button>
      ))}
    </div>
  );
}
