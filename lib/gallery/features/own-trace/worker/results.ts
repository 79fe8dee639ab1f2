/** Runs the experiments that the dashboard reads, and keeps their tables and documents in memory. */
import type { Pool } from "../../../../db/open/pool.ts";
import type { Experiment, ExperimentResult } from "../../../../experiment.ts";
import { csvText, parseCsv } from "../../../../files/csv.ts";
import { jsonText } from "../../../../files/json.ts";
import { completed, queriesOf, type Result } from "../../../../run/compute.ts";
import { parseFlags } from "../../../../run/flags.ts";
import type { Row } from "../../dashboard/read.ts";
import { EXPERIMENTS } from "./experiments.ts";

export class OwnResults {
  private readonly results = new Map<string, Result>();

  private constructor(results: ReadonlyMap<string, Result>) {
    this.results = new Map(results);
  }

  /** @param onExperiment called before each with its title */
  static async of(pool: Pool, onExperiment: (title: string) => void): Promise<OwnResults> {
    const results = new Map<string, Result>();
    const compute = async (experiment: Experiment): Promise<Result> => {
      const known = results.get(experiment.id);
      if (known) return known;
      const needs: Record<string, unknown> = {};
      for (const [name, needed] of Object.entries(experiment.needs)) needs[name] = (await compute(needed)).provides;
      onExperiment(experiment.title);
      const db = queriesOf(experiment, pool);
      const returned: ExperimentResult = await experiment.run({
        db,
        options: parseFlags(experiment.flags, {}),
        needs,
        log: () => undefined,
      });
      await db.close();
      const result = await completed(experiment, returned, pool);
      results.set(experiment.id, result);
      return result;
    };
    for (const experiment of EXPERIMENTS) await compute(experiment);
    return new OwnResults(results);
  }

  /** Cells as the file of the table has them; none of tables that don't exist. */
  rows(id: string, name: string): readonly Row[] {
    const table = this.results.get(id)?.tables.find((candidate) => candidate.name === name);
    if (!table || "query" in table.rows) return [];
    const columns = table.columns.map((column) => column.name);
    return parseCsv(csvText(columns, table.rows));
  }

  /** A document as its file has it; null when the experiment wrote none. */
  document<T>({ id, file, parse }: { readonly id: string; readonly file: string; readonly parse: (value: unknown) => T }): T | null {
    const document = this.results.get(id)?.documents.find(({ name }) => name === file);
    return document ? parse(JSON.parse(jsonText(document.value))) : null;
  }
}
