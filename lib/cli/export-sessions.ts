/** Sessions of a database for viewers of traces: what `export --format perfetto` and `otlp` do. */
import { readVersion } from "../artifacts/versions.ts";
import { Pool } from "../db/open/pool.ts";
import { metricsFileOf, sendOtlp, writeOtlp } from "../export/otlp/export.ts";
import { exportPerfetto } from "../export/perfetto/export.ts";
import { projectFile } from "../files/program.ts";
import { say } from "../files/say.ts";
import { counted } from "../format/counts.ts";
import { chosenSession } from "../report/chosen-session.ts";
import { readingOptionsOf } from "../run/database.ts";
import type { Accounting } from "../trace/readings.ts";
import { defined } from "./options.ts";

interface Values {
  readonly db: string;
  /** Id of the only session, its beginning, or its name on a page. */
  readonly session: string | undefined;
  readonly accounting: Accounting | undefined;
  readonly prices: string | undefined;
  readonly threads: number;
  readonly memory: string;
}

interface Exporter {
  draw(out: string): Promise<void>;
  writeSpans(out: string): Promise<void>;
  send(endpoint: string): Promise<void>;
}

/** Each function of the exporter says what it did. */
export async function withSessions(
  { db, session, accounting, prices, threads, memory }: Values,
  use: (exporter: Exporter) => Promise<void>,
) {
  const pool = await Pool.open(db, { ...readingOptionsOf({ accounting, prices }), threads, memoryLimit: memory });
  try {
    const only = session === undefined ? undefined : (await chosenSession(pool, session))?.session_id;
    await use(exporterOf(pool, only));
  } finally {
    pool.close();
  }
}

function exporterOf(pool: Pool, only: string | undefined): Exporter {
  const options = { version: readVersion(projectFile("package.json")), ...defined({ only }) };
  return {
    async draw(out) {
      const { sessions, events, untimedSteps, bytes } = await exportPerfetto(pool, out, only);
      if (untimedSteps > 0) say(`${counted(untimedSteps, "step")} without a time could not be drawn.`);
      const contents = `${counted(sessions, "session")} and ${counted(events, "event")}, ${counted(bytes, "byte")},`;
      say(`${contents} are in ${out}; open it at ui.perfetto.dev.`);
    },
    async writeSpans(out) {
      const { sessions, spans } = await writeOtlp(pool, out, options);
      say(`${counted(sessions, "session")} with ${counted(spans, "span")} are in ${out}, their metrics in ${metricsFileOf(out)}.`);
    },
    async send(endpoint) {
      const { sessions, spans, metrics } = await sendOtlp(pool, endpoint, options);
      say(`${counted(sessions, "session")} with ${counted(spans, "span")} and the metrics of ${metrics} were sent to ${endpoint}.`);
    },
  };
}
