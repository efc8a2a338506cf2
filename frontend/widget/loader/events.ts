// Events of the site's window, under each name that people know us by.

export function tell(name: string, detail?: unknown): void {
  for (const prefix of ["chatwoot", "hoory", "deskbell"]) {
    window.dispatchEvent(new CustomEvent(`${prefix}:${name}`, { detail }));
  }
}
