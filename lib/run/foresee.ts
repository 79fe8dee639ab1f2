/** What a run would do, without doing it. */
import type { ExperimentArtifacts } from "../artifacts/artifacts.ts";
import { readArtifacts } from "../artifacts/artifacts-file.ts";
import { Pool } from "../db/open/pool.ts";
import { isUpToDate, type ReadingRequest, readingOptionsOf, type Source, type SourceRequest } from "./database.ts";
import { freshArtifacts, type Plan, type PlanRequest, type PoolIdentity, planAll } from "./plan.ts";

export interface Foreseen {
  readonly id: string;
  readonly state: "fresh" | "run";
  readonly why: string;
}

export interface ForeseeRequest extends Omit<PlanRequest, "pool"> {
  readonly force: boolean;
  readonly verify?: boolean;
}

/** Reads the database as it is: what would be built first would make every result new. */
export async function foresee(
  source: Source,
  request: ForeseeRequest & SourceRequest & ReadingRequest,
): Promise<{ readonly isBuilt: boolean; readonly experiments: readonly Foreseen[] }> {
  if (!(await isUpToDate(source, request)))
    return { isBuilt: false, experiments: request.experiments.map(({ id }) => ({ id, state: "run", why: "the database is new" })) };
  const pool = await Pool.open(source.db, readingOptionsOf(request));
  try {
    const summary = await pool.summary();
    const plans = await planAll({ ...request, pool: summary });
    const experiments = await Promise.all(plans.map((plan) => foreseePlan(plan, summary, request)));
    return { isBuilt: true, experiments };
  } finally {
    pool.close();
  }
}

async function foreseePlan(plan: Plan, pool: PoolIdentity, { force, verify }: Pick<ForeseeRequest, "force" | "verify">): Promise<Foreseen> {
  const { id } = plan.experiment;
  if (force) return { id, state: "run", why: "--force" };
  if (await freshArtifacts(plan, { verify, lookOnly: true })) return { id, state: "fresh", why: "same pool, flags and code" };
  return { id, state: "run", why: whyStale(plan, readArtifacts(plan.folder), pool) };
}

function whyStale(plan: Plan, earlier: ExperimentArtifacts | null, pool: PoolIdentity): string {
  if (earlier === null) return "no results yet";
  if (earlier.fingerprint !== pool.fingerprint) return "results of another pool";
  if (earlier.reading.accounting !== pool.accounting) return `results of the ${earlier.reading.accounting} reading`;
  if (earlier.reading.prices !== pool.prices) return "results with other --prices";
  if (earlier.reading.labels !== plan.reading.labels) return "results with other --labels";
  if (earlier.flags.join("\0") !== plan.flags.join("\0")) return "other flags";
  return earlier.key === plan.key ? "files were changed" : "code or versions changed";
}
