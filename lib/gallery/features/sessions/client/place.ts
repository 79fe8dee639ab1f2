/** Which step is chosen and what part of a session is in view, as the address says it: `#step=68&along=clock&from=10&to=40`. */
import type { Along } from "./layout.ts";
import type { View } from "./view.ts";

export interface Place {
  /** From 0; null when none is chosen. */
  readonly step: number | null;
  readonly along: Along;
  /** Steps or seconds of the axis; null for the whole session. */
  readonly view: View | null;
}

/** @param hash of an address, with or without the number sign; `=` may be encoded */
export function placeIn(hash: string): Place {
  const given = new URLSearchParams(decoded(hash.replace(/^#/, "")));
  const number = (name: string) => (given.get(name) ? Number(given.get(name)) : Number.NaN);
  const [step, from, to] = [number("step"), number("from"), number("to")];
  return {
    step: Number.isInteger(step) && step > 0 ? step - 1 : null,
    along: given.get("along") === "clock" ? "clock" : "steps",
    view: from >= 0 && to > from && Number.isFinite(to) ? { from, to } : null,
  };
}

/** Empty for the whole session by steps with none chosen. */
export function hashOf({ step, along, view }: Place): string {
  const said = [
    ...(step === null ? [] : [`step=${step + 1}`]),
    ...(along === "clock" ? ["along=clock"] : []),
    ...(view === null ? [] : [`from=${rounded(view.from)}`, `to=${rounded(view.to)}`]),
  ];
  return said.length === 0 ? "" : `#${said.join("&")}`;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
