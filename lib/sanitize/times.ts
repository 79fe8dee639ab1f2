/** Times as they are published: UTC, with the digits that they were logged with, or moved and cut to seconds. */
import type { Pseudonyms } from "../trace/pseudonym.ts";
import { baseSession } from "./identifiers.ts";

const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-]\d\d):?(\d\d))?$/;
/** Sessions are moved by up to a week each way, so that weeks and months stay roughly what they were. */
const WEEK_S = 7 * 24 * 3600;

/** Makes the published form of a time of a session; undefined for what is not a time. */
export type Clock = (time: string, sessionId: string) => string | undefined;

/** Without offset a time is UTC. Digits after microseconds go. */
export const exactClock: Clock = (time) => {
  const [, day = "", clock = "", fraction = "", hours = "+00", minutes = "00"] = TIME.exec(time) ?? [];
  const isReal = isoSeconds(Date.parse(`${day}T${clock}Z`)) === `${day}T${clock}`;
  const seconds = isReal ? isoSeconds(Date.parse(`${day}T${clock}${hours}:${minutes}`)) : undefined;
  return seconds && `${seconds}${fraction === "" ? "" : `.${fraction.slice(0, 6)}`}Z`;
};

/** Moves all times of a session, its sub-agents' too, by the same whole seconds, which depend on the key, and drops what is below a second. */
export function coarseClock(pseudonyms: Pseudonyms): Clock {
  return (time, sessionId) => {
    const exact = exactClock(time, sessionId);
    if (exact === undefined) return undefined;
    const base = baseSession(sessionId);
    const random = Number.parseInt(
      pseudonyms.remembered("time_shift", base, () => pseudonyms.hex("time_shift", base, 12)),
      16,
    );
    const shift = (random % (2 * WEEK_S + 1)) - WEEK_S;
    const seconds = isoSeconds(Math.floor(Date.parse(exact) / 1000 + shift) * 1000);
    return seconds && `${seconds}Z`;
  };
}

function isoSeconds(ms: number): string | undefined {
  const text = Number.isNaN(ms) ? "" : new Date(ms).toISOString();
  return /^\d{4}-/.test(text) ? text.slice(0, "YYYY-MM-DDThh:mm:ss".length) : undefined;
}
