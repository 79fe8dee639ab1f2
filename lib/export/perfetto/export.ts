/** Writes sessions as one Trace Event file. */
import type { Pool } from "../../db/open/pool.ts";
import { exportedSessions } from "../sessions/read.ts";
import { writeWhole } from "../whole-file.ts";
import { traceEvents } from "./events.ts";

export interface PerfettoReport {
  readonly sessions: number;
  readonly events: number;
  /** Steps without a time, which are not drawn. */
  readonly untimedSteps: number;
  readonly bytes: number;
}

/**
 * @param out the file to write; it appears when it is complete
 * @param only id of the only session
 */
export async function exportPerfetto(pool: Pool, out: string, only?: string): Promise<PerfettoReport> {
  const counts = { sessions: 0, events: 0, untimedSteps: 0 };
  const bytes = await writeWhole(out, async (write) => {
    write('{"displayTimeUnit":"ms","traceEvents":[');
    for await (const session of exportedSessions(pool, only)) {
      counts.sessions++;
      counts.untimedSteps += session.steps.filter(({ first_us }) => first_us === null).length;
      for (const event of traceEvents(session, counts.sessions)) write(`${counts.events++ === 0 ? "" : ","}\n${JSON.stringify(event)}`);
    }
    write("\n]}\n");
  });
  return { ...counts, bytes };
}
