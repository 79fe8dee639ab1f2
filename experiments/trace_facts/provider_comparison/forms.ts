/** How the values of a row are printed: a dash where a value is missing. */
import { countCompact } from "../../../lib/format/counts.ts";
import { durationCompact, hoursCompact } from "../../../lib/format/durations.ts";
import { grouped, money, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { dateShort, modelName, sharePercent } from "../../../lib/format/published.ts";

/** The numbers of one cell of the table, by what they are; null where there is nothing to compute them from. */
export interface Raw {
  readonly value?: number | null;
  /** Share of one. */
  readonly share?: number | null;
  readonly avg?: number | null;
  readonly p50?: number | null;
  readonly p90?: number | null;
  /** A name, or an ISO 8601 interval. */
  readonly text?: string | null;
}

export const MISSING = "—";

const FORMS = {
  count: ofValue((value) => grouped(value)),
  countAndShare: ({ value, share }) => (isNumber(value) && isNumber(share) ? `${grouped(value)} (${sharePercent(share)})` : null),
  nameAndShare: ({ text, share }) => (isText(text) && isNumber(share) ? `${modelName(text)} (${sharePercent(share)})` : null),
  window: ({ text }) => (isText(text) ? text.split("/").map(dateShort).join(" – ") : null),
  magnitude: ofValue(countCompact),
  tokens: ofValue((value) => `${grouped(value)} tokens`),
  tokenTriplet: ofTriplet((values) => `${values.map((value) => grouped(value)).join(" / ")} tokens`),
  secondTriplet: ofTriplet((values) => values.map(durationCompact).join(" / ")),
  seconds: ofValue(durationCompact),
  hours: ofValue(hoursCompact),
  speed: ofValue((value) => `${toFixedHalfEven(value, 1)} tokens/s`),
  share: ofValue(sharePercent),
  money: ofValue(money),
  moneyAndShare: ({ value, share }) => (isNumber(value) && isNumber(share) ? `${money(value)} (${sharePercent(share)})` : null),
  decimal: ofValue((value) => toFixedHalfEven(value, 1)),
} satisfies Record<string, (raw: Raw) => string | null>;

export type Form = keyof typeof FORMS;

export function printed(form: Form, raw: Raw): string {
  return FORMS[form](raw) ?? MISSING;
}

function ofValue(format: (value: number) => string): (raw: Raw) => string | null {
  return ({ value }) => (isNumber(value) ? format(value) : null);
}

function ofTriplet(format: (values: readonly number[]) => string): (raw: Raw) => string | null {
  return ({ avg, p50, p90 }) => {
    const values = [avg, p50, p90].filter(isNumber);
    return values.length === 3 ? format(values) : null;
  };
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isText(text: string | null | undefined): text is string {
  return typeof text === "string" && text !== "";
}
