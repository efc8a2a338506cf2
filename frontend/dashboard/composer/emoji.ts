// A small picker. Arrows move within it, Enter chooses, Escape closes.
const ALL =
  "😀 😄 😂 🙂 😉 😊 😍 😘 😋 😎 🤗 🤔 😐 😌 😔 😴 🥳 🤓 😕 😮 😢 😭 😤 😡 👍 👎 👌 ✌️ 🤞 👋 🙌 👏 🙏 💪 🤝 👀 ❤️ 💛 💚 💙 ✨ ⭐ 🔥 🎉 🎁 🚀 💡 ✅ ❌ ❓ ❗ ⏰ 📌 📎 📷 📞 💻 📦 🚚 🛒 💳 ☕ 🍰 🌱 🌍 🏠".split(" ");
const ACROSS = 8;

/** Open it beside its button, or close the one that is open. */
export function pick(button: HTMLElement, choose: (emoji: string) => void): void {
  const open = document.getElementById("emoji");
  button.setAttribute("aria-expanded", String(!open));
  if (open) return open.remove();
  const grid = document.createElement("div");
  grid.id = "emoji";
  grid.className = "emoji";
  grid.setAttribute("role", "group");
  grid.setAttribute("aria-label", "Emoji");
  const close = () => {
    grid.remove();
    button.setAttribute("aria-expanded", "false");
  };
  ALL.forEach((emoji, place) => {
    const one = Object.assign(document.createElement("button"), { type: "button", textContent: emoji, tabIndex: place ? -1 : 0 });
    one.addEventListener("click", () => {
      close();
      choose(emoji);
    });
    grid.append(one);
  });
  grid.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: ACROSS, ArrowUp: -ACROSS }[event.key];
    if (event.key === "Escape") {
      close();
      button.focus();
    } else if (step) (grid.children[Math.max(0, Math.min(ALL.length - 1, [...grid.children].indexOf(document.activeElement!) + step))] as HTMLElement).focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  grid.addEventListener("focusout", ({ relatedTarget }) => {
    if (!grid.contains(relatedTarget as Node | null) && relatedTarget !== button) close();
  });
  button.after(grid);
  (grid.firstElementChild as HTMLElement).focus();
}
