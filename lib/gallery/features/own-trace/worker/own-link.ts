import { ASK, HOME, type Link, linkFrom } from "../../../links.ts";
import { INDEX } from "../../sessions/session.ts";
import { addressOf } from "../address.ts";
import type { View } from "../messages.ts";

const SESSION = /^sessions\/([\w.-]+)\/index\.html$/;

/** Links to pages that the visitor's own pool has, and to the gallery's pages for all others. */
export const OWN_LINK: Link = Object.assign(
  (target: string, anchor?: string) => {
    const view = viewOf(target);
    return view ? addressOf(view) + (anchor === undefined ? "" : `#${anchor}`) : linkFrom(HOME)(target, anchor);
  },
  { page: HOME },
);

function viewOf(target: string): View | null {
  if (target === HOME) return { kind: "dashboard" };
  if (target === INDEX) return { kind: "sessions" };
  if (target === ASK) return { kind: "ask" };
  const [, name] = SESSION.exec(target) ?? [];
  return name === undefined ? null : { kind: "session", name };
}
