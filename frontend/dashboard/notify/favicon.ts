// The bell in the tab, with a dot while there is something that was not seen.

const BELL =
  "M12 2.5a1.6 1.6 0 0 1 1.6 1.6v.5c2.8.7 4.6 3 4.6 6 0 3.6.8 4.9 1.7 5.9.6.7.1 1.5-.8 1.5H4.9c-.9 0-1.4-.8-.8-1.5.9-1 1.7-2.3 1.7-5.9 0-3 1.8-5.3 4.6-6v-.5A1.6 1.6 0 0 1 12 2.5zM9.7 19h4.6a2.3 2.3 0 0 1-4.6 0z";

export function showIcon(dot: boolean): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const address = `data:image/svg+xml,${encodeURIComponent(drawn(dot))}`;
  if (link && link.href !== address) link.href = address;
}

function drawn(dot: boolean): string {
  const mark = dot ? '<circle cx="18" cy="6" r="5.5" fill="#c8321f" stroke="#fff" stroke-width="1.5"/>' : "";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#b9842f" d="${BELL}"/>${mark}</svg>`;
}
