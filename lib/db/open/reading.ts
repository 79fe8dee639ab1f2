/**
 * What a pool's tables `rounds`, `tool_calls` and `timing_events` hold in each reading. The tables as the file holds them are in the schema
 * `stored`, what the counted reading knows of their rows in the schema `counted`.
 */
import fs from "node:fs";
import { UserError } from "../../files/errors.ts";
import { sha256 } from "../../files/hash.ts";
import type { Labels } from "../../trace/labels.ts";
import type { PriceOverrides } from "../../trace/prices/overrides.ts";
import type { Accounting } from "../../trace/readings.ts";

export interface ReadingOptions {
  /** Counted when the pool has details of its steps, unless given. */
  readonly accounting?: Accounting | undefined;
  /** Rates of the user's own, for the counted reading. */
  readonly prices?: PriceOverrides | undefined;
  /** Labels of sessions. */
  readonly labels?: Labels | undefined;
}

interface Made {
  readonly kind: "TABLE" | "VIEW";
  readonly name: string;
  /** Text of the query. */
  readonly sql: string;
}

/** What is made for a reading, in order. */
export function madeFor(accounting: Accounting): Made[] {
  if (accounting === "published")
    return [
      { kind: "VIEW", name: "counted.roots", sql: sqlOf("roots") },
      { kind: "VIEW", name: "rounds", sql: sqlOf("published-rounds") },
      { kind: "VIEW", name: "tool_calls", sql: "FROM stored.tool_calls" },
      { kind: "VIEW", name: "timing_events", sql: "FROM stored.timing_events" },
    ];
  return [
    { kind: "TABLE", name: "counted.roots", sql: sqlOf("roots") },
    { kind: "TABLE", name: "counted.steps", sql: sqlOf("counted-steps") },
    { kind: "TABLE", name: "counted.client_messages", sql: sqlOf("client-messages") },
    { kind: "TABLE", name: "counted.client_input", sql: sqlOf("client-input") },
    { kind: "VIEW", name: "rounds", sql: sqlOf("counted-rounds") },
    { kind: "VIEW", name: "tool_calls", sql: sqlOf("counted-tool-calls") },
    { kind: "VIEW", name: "timing_events", sql: sqlOf("counted-timing-events") },
  ];
}

function sqlOf(name: string): string {
  return fs.readFileSync(new URL(`./readings/${name}.sql`, import.meta.url), "utf8");
}

export interface OpenedReading extends ReadingOptions {
  readonly accounting: Accounting;
  /** Whether the pool has details of its steps. */
  readonly isDetailed: boolean;
}

/** @throws UserError for prices that the reading doesn't use */
export function chosenReading({ accounting, prices, labels }: ReadingOptions, isDetailed: boolean): OpenedReading {
  const reading = { accounting: accounting ?? (isDetailed ? "counted" : "published"), isDetailed, prices, labels } as const;
  refuseIdlePrices(reading);
  return reading;
}

/** @throws UserError for prices in the published reading */
export function refuseIdlePrices({
  accounting,
  prices,
}: {
  readonly accounting?: Accounting | undefined;
  readonly prices?: unknown;
}): void {
  if (prices !== undefined && accounting === "published")
    throw new UserError(
      "--prices does nothing in the published reading, which has a price table of its own; add --accounting counted, or leave it out.",
    );
}

/** The same rates have the same 64 hex digits; null without any. */
export function pricesId(prices: PriceOverrides | undefined): string | null {
  if (!prices) return null;
  return sha256(JSON.stringify([...prices].map(([model, rows]) => [model, rows.map(({ place: _, ...row }) => row)])));
}
