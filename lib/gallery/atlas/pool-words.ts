/** What the pages say about the pool as a whole. */
import type { RunReport } from "../../artifacts/artifacts.ts";
import { ACCOUNTING_WORDS } from "../../trace/readings.ts";
import { counted, windowOf } from "../format.ts";

type Pool = RunReport["pool"];

/** The kind of pool: made up, collected from its owner's transcripts, or given as traces; and what a reader should know about such a pool. */
export function kindOf(pool: Pool): { readonly title: string; readonly about: string | null } {
  if (pool.synthetic) return { title: "Synthetic sample", about: null };
  if ((pool.transcripts ?? 0) === 0) return { title: "Recorded traces", about: null };
  return {
    title: "Collected history",
    about: `Collected from ${counted(pool.transcripts, "transcript")} of agents at work. Agents delete transcripts after a while, so earlier work may have left no record.`,
  };
}

/** What distinguishes it from other pools; null for one's own history, whose file has the same name for everybody. */
export function poolName({ name, isPrivate, transcripts }: Pool): string | null {
  return isPrivate && (transcripts ?? 0) > 0 ? null : name;
}

export function headingOf(pool: Pool): string {
  return pool.rounds > 0 ? `An atlas of ${counted(pool.rounds, "agent step")}` : "An atlas of an empty pool";
}

/** First and last day of each provider whose steps have times. */
export function providerWindows(pool: Pool) {
  return Object.entries(pool.windows).flatMap(([provider, { first: firstTime, last: lastTime }]) => {
    const window = windowOf({ firstTime, lastTime });
    return window ? [{ provider, span: window.span }] : [];
  });
}

/** How the pool was read, in a few words. */
export function readingWords({ accounting, prices }: Pool): string {
  const words = `${accounting === "counted" ? "Counted" : "Published"}: ${ACCOUNTING_WORDS[accounting]}`;
  return prices === null ? words : `${words}, with rates of its owner's`;
}

/** Whose prices costs are at. */
export function priceWords({ accounting, prices }: Pool): string {
  if (prices !== null) return "list prices and rates of the owner's";
  return accounting === "counted" ? "list prices" : "published prices";
}
