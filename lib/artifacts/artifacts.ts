/** What a run leaves on disk besides the tables and figures themselves, as read by the gallery and by later runs. */
import type { PoolSummary } from "../db/open/pool.ts";
import type { ColumnInfo, Headline, SqlParams } from "../experiment.ts";
import type { Reading } from "../trace/readings.ts";

export interface FileRecord {
  /** Name inside the experiment's output folder. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface TableArtifact extends FileRecord {
  readonly name: string;
  readonly title: string;
  readonly caption: string | null;
  /** In the order of the file, with their meaning and unit. */
  readonly columns: readonly ColumnInfo[];
  readonly rows: number;
}

export interface FigureArtifact extends FileRecord {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly alt: string;
  /** How to read it, as Markdown. */
  readonly reading: string;
  /** 10 hex digits, printed in the figure's footer. */
  readonly id: string;
  /** Size of the image in pixels (twice the CSS size). */
  readonly width: number;
  readonly height: number;
  /** The complete Vega-Lite spec with its data, as embedded: a file next to the figure. */
  readonly spec: FileRecord;
  /** Whether dark pages may turn its colors; the others stay on white there. */
  readonly turnsDark: boolean;
  /** Null where it would be large. */
  readonly svg: FileRecord | null;
}

/** A query of the experiment's folder, with the parameters that it was first asked with. */
export interface QueryRecord {
  readonly file: string;
  readonly params: SqlParams;
}

/** `artifacts.json` of one experiment. */
export interface ExperimentArtifacts {
  readonly id: string;
  readonly category: string;
  readonly name: string;
  readonly title: string;
  readonly question: string;
  /** Equal keys mean equal outputs: a hash over database fingerprint, flags, code and versions. */
  readonly key: string;
  readonly fingerprint: string;
  readonly reading: Reading;
  /** The flags that differ from their defaults, as on the command line. */
  readonly flags: readonly string[];
  readonly tables: readonly TableArtifact[];
  readonly figures: readonly FigureArtifact[];
  readonly documents: readonly FileRecord[];
  readonly headlines: readonly Headline[];
  readonly notes: readonly string[];
  /** Why the run ends with exit status 1 although this is complete; null: it need not. */
  readonly alarm: string | null;
  /** In the order asked. */
  readonly queries: readonly QueryRecord[];
}

export interface ExperimentRun {
  readonly id: string;
  readonly state: "done" | "failed" | "skipped";
  readonly error?: string;
  readonly artifacts: ExperimentArtifacts | null;
}

/** `run.json` of an output folder: no clock in it, so that the same input makes the same bytes. */
export interface RunReport {
  readonly versions: Readonly<Record<string, string>>;
  readonly pool: PoolSummary & { readonly name: string };
  /** Where the run collected its pool: in which time zone the days of `--since` and `--until` are. */
  readonly timezone?: string;
  readonly experiments: readonly ExperimentRun[];
}
