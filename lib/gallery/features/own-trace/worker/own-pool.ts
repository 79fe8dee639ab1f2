/** From dropped files to a pool with all that its pages show. */
import type { DuckDBBindings } from "@duckdb/duckdb-wasm/blocking";
import { loadQuestions } from "../../../../assistant/questions/load.ts";
import {
  collectDropped,
  type DroppedFile,
  type DropReport,
  DropTooLarge,
  dropLines,
  unpackDropped,
} from "../../../../collect/dropped/index.ts";
import type { BadLine } from "../../../../db/build/ingest/bad-line.ts";
import { DATABASE } from "../../../../db/build/ingest/building.ts";
import { createTraceTables, fillFromLines } from "../../../../db/build/ingest/fill.ts";
import { Pool } from "../../../../db/open/pool.ts";
import { quoteName } from "../../../../db/sql.ts";
import { UserError } from "../../../../files/errors.ts";
import { commandLine } from "../../../../files/program.ts";
import { sanitizeDropped } from "../../../../sanitize/dropped.ts";
import { findingText } from "../../../../sanitize/problems.ts";
import { known } from "../../../../stats/known.ts";
import type { Atlas } from "../../../atlas/atlas.ts";
import { questionsFor } from "../../ask/examples.ts";
import { ALWAYS, exploreTables } from "../../ask/explore.ts";
import { type ArchivedSession, sessionParts } from "../../sessions/archive.ts";
import type { SessionData } from "../../sessions/context.ts";
import type { Found, GivenFile, Opening, Sanitized, Shown, Stage, View } from "../messages.ts";
import { CollectedLines } from "./collected.ts";
import { startEngine } from "./engine.ts";
import { askView, dashboardView, ownAtlas, sessionsView, sessionView } from "./pages.tsx";
import { OwnResults } from "./results.ts";
import { wasmBuilding } from "./wasm-building.ts";
import { WasmEngine } from "./wasm-engine.ts";

/** Of unpacked text; larger drops take longer than a minute, or more memory than a tab has. */
export const LARGEST_TEXT_BYTES = 1_000_000_000;
const SHOWN_REJECTS = 5;
const SHOWN_FINDINGS = 10;

type OnStage = (stage: Stage, note: string) => void;

export class OwnPool {
  private readonly engine: WasmEngine;
  private readonly pool: Pool;
  private readonly atlas: Atlas;
  private readonly results: OwnResults;
  private readonly timezone: string;
  private readonly sessions: readonly ArchivedSession[];
  /** By name of the session. */
  private readonly data: ReadonlyMap<string, SessionData>;
  private readonly lines: CollectedLines;
  private readonly report: DropReport;
  private ask: Shown | null = null;
  readonly found: Found;

  private constructor(
    { engine, pool, atlas, results, timezone }: { engine: WasmEngine; pool: Pool; atlas: Atlas; results: OwnResults; timezone: string },
    { sessions, data }: { sessions: readonly ArchivedSession[]; data: ReadonlyMap<string, SessionData> },
    { lines, report, rejects }: { lines: CollectedLines; report: DropReport; rejects: readonly string[] },
  ) {
    this.engine = engine;
    this.pool = pool;
    this.atlas = atlas;
    this.results = results;
    this.timezone = timezone;
    this.sessions = sessions;
    this.data = data;
    this.lines = lines;
    this.report = report;
    this.found = { steps: atlas.pool.rounds, report: [...dropLines(report), ...rejects] };
  }

  /** @throws UserError for files without steps, and for more than a browser can handle */
  static async open({ files, engine: address, ...setting }: Opening, onStage: OnStage): Promise<OwnPool> {
    const starting = startEngine(address);
    // It is awaited later, and fails there.
    starting.catch(() => undefined);
    const { lines, report } = await collect(files, onStage);
    onStage("load", "");
    const bindings = await starting;
    const engine = new WasmEngine(bindings);
    const rejects = await load(lines, bindings, engine);
    const pool = await Pool.over(engine, "your files");
    const summary = await pool.summary();
    if (summary.rounds === 0) throw nothingFound(report);
    const results = await OwnResults.of(pool, (title) => onStage("compute", title));
    onStage("compute", "Sessions");
    const data = new Map<string, SessionData>();
    const sessions = await sessionParts(pool, summary.isPrivate, (_, part) => {
      for (const session of part) data.set(session.name, session);
    });
    const atlas = ownAtlas(summary, results, setting);
    return new OwnPool({ engine, pool, atlas, results, timezone: setting.timezone }, { sessions, data }, { lines, report, rejects });
  }

  async show(view: View): Promise<Shown> {
    switch (view.kind) {
      case "dashboard":
        return dashboardView(this.atlas, this.results, this.sessions, this.timezone);
      case "sessions":
        return sessionsView(this.atlas, this.sessions);
      case "session":
        return this.showSession(view.name);
      case "ask":
        this.ask ??= await this.makeAsk();
        return this.ask;
    }
  }

  /** The rows as they may be published, read back by the gate. */
  async sanitize(): Promise<Sanitized> {
    const { lines, rows, findings } = await sanitizeDropped(this.lines.rows(), { names: this.report.names });
    return {
      trace: lines && new Blob([...lines], { type: "application/jsonl" }),
      rows,
      findings: findings.slice(0, SHOWN_FINDINGS).map(findingText),
    };
  }

  private showSession(name: string): Shown {
    const place = this.sessions.findIndex((session) => session.name === name);
    if (place < 0) throw new UserError(`Your files have no session ${name}.`);
    return { ...sessionView(this.atlas, this.sessions, place), session: known(this.data.get(name)) };
  }

  /** The console's database: the tables, and the relations that every console has. */
  private async makeAsk(): Promise<Shown> {
    await this.engine.run("ATTACH ':memory:' AS explore");
    const tables = await exploreTables(this.pool, ALWAYS);
    const made = tables.map(({ name, columns, rows }) => ({
      name,
      columns,
      rows: rows === 0 ? null : this.engine.arrow(`FROM explore.main.${quoteName(name)}`),
    }));
    const database = { rows: <T>(sql: string) => this.engine.rows<T>(sql, undefined, undefined, "explore.main") };
    const found = await questionsFor(database, await loadQuestions());
    await this.engine.run("DETACH explore");
    return { ...askView(this.atlas, tables, found), tables: made };
  }
}

async function collect(files: readonly GivenFile[], onStage: OnStage) {
  const lines = new CollectedLines();
  try {
    const report = await collectDropped(unpackDropped(dropped(files)), {
      sink: lines,
      maxBytes: LARGEST_TEXT_BYTES,
      onStage({ stage, path, files: count, bytes }) {
        if (stage === "write") {
          lines.startTranscripts();
          onStage("collect", "");
        } else onStage("read", `${path}, ${count} files and ${Math.round(bytes / 1e6)} MB before it`);
      },
    });
    return { lines, report };
  } catch (error) {
    if (!(error instanceof DropTooLarge)) throw error;
    throw new UserError(
      `These files hold more than ${Math.round(LARGEST_TEXT_BYTES / 1e6).toLocaleString("en-US")} MB of text, which is more than a browser can handle. Run ${commandLine(["--collect"])} on your machine instead: it makes the same pages, and nothing leaves your machine either.`,
    );
  }
}

async function* dropped(files: readonly GivenFile[]): AsyncGenerator<DroppedFile> {
  for (const { path, file } of files) yield { path, size: file.size, stream: () => file.stream() };
}

/** Fills the database `pool`. @returns sentences about lines that were left out */
async function load(lines: CollectedLines, bindings: DuckDBBindings, engine: WasmEngine): Promise<string[]> {
  const building = await wasmBuilding(bindings, engine);
  await createTraceTables(building);
  const companions = lines.traces();
  const rejects: string[] = [];
  let rejected = 0;
  await fillFromLines(
    companions.map(({ trace }) => trace),
    companions,
    building,
    {
      open: (file) => lines.open(file),
      rejects: {
        add(file: string, line: number, { reason, detail }: BadLine) {
          rejected++;
          if (rejects.length < SHOWN_REJECTS) rejects.push(`Line ${line} of ${file} was left out: ${reason}: ${detail}.`);
        },
      },
      unknownKeys: new Map(),
      onBlock: () => undefined,
      onWrite: () => undefined,
      signal: undefined,
    },
  );
  await engine.run(`CHECKPOINT ${DATABASE}`);
  return rejected > rejects.length ? [...rejects, `${rejected - rejects.length} more lines were left out.`] : rejects;
}

function nothingFound(report: DropReport): UserError {
  return new UserError(
    ["These files have no steps of agents. Drop the folders ~/.claude and ~/.codex, or a trace.", ...dropLines(report)].join("\n"),
  );
}
