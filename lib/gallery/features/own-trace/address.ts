/** Addresses of what a visitor dropped: all of it is on the home page, and the query says what is shown. */
import type { View } from "./messages.ts";

export function addressOf(view: View): string {
  return `?${new URLSearchParams({ own: view.kind, ...(view.kind === "session" ? { name: view.name } : {}) })}`;
}

/** @param search of an address. @returns null where it names nothing of a visitor's */
export function viewIn(search: string): View | null {
  const given = new URLSearchParams(search);
  const [kind, name] = [given.get("own"), given.get("name")];
  if (kind === "session") return name === null ? null : { kind, name };
  return kind === "dashboard" || kind === "sessions" || kind === "ask" ? { kind } : null;
}
