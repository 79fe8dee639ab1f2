/** What an export says about itself, in `manifest.json` next to its tables. */
import fs from "node:fs";
import path from "node:path";
import { messageOf, UserError } from "../../../files/errors.ts";
import { isPathBelow } from "../../../files/inside.ts";
import type { Accounting } from "../../../trace/readings.ts";
import { SCHEMA_VERSION } from "../../../trace/schema.ts";

export const MANIFEST_FILE = "manifest.json";
const KIND = "trace-atlas export";

export interface ExportedFile {
  /** Relative to the manifest, with `/`. */
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** From 0 on; missing in files whose rows belong to all shards. */
  readonly shard?: number;
}

export interface ExportManifest {
  readonly kind: typeof KIND;
  readonly schemaVersion: number;
  readonly format: string;
  /** Of the pool, as a run records it. */
  readonly fingerprint: string;
  /** The reading that the pool is opened in unless another is asked for. */
  readonly accounting: Accounting;
  /** How many shards the conversations are divided into by their hash; null for no shards. */
  readonly shards: number | null;
  /** Column whose values have folders of their own. */
  readonly partition: string | null;
  /** By table, in documented order. */
  readonly tables: Readonly<Record<string, { readonly rows: number; readonly files: readonly ExportedFile[] }>>;
}

export function exportManifest(parts: Omit<ExportManifest, "kind" | "schemaVersion">): ExportManifest {
  return { kind: KIND, schemaVersion: SCHEMA_VERSION, ...parts };
}

export function filesIn(manifest: ExportManifest): string[] {
  return Object.values(manifest.tables).flatMap(({ files }) => files.map(({ file }) => file));
}

/**
 * The manifest of a folder; null when the folder has none or another program's.
 * @throws UserError for an export of a later version or a manifest that is damaged
 */
export function readManifest(folder: string): ExportManifest | null {
  const file = path.join(folder, MANIFEST_FILE);
  if (!fs.existsSync(file)) return null;
  const manifest = parse(file);
  if (manifest?.kind !== KIND) return null;
  if (!((manifest.schemaVersion ?? Number.NaN) <= SCHEMA_VERSION))
    throw new UserError(
      `${file} is of schema version ${manifest.schemaVersion}, and this program reads up to ${SCHEMA_VERSION}. Update it.`,
    );
  if (!isWhole(manifest)) throw new UserError(`${file} does not list tables and files of this folder. Copy or export the folder again.`);
  return manifest;
}

function parse(file: string): Partial<ExportManifest> | null {
  try {
    const manifest: Partial<ExportManifest> | null = JSON.parse(fs.readFileSync(file, "utf8"));
    return manifest;
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${messageOf(error)}. Copy or export the folder again.`, 2, { cause: error });
  }
}

function isWhole(manifest: Partial<ExportManifest>): manifest is ExportManifest {
  const tables = Object.values(manifest.tables ?? {});
  return tables.length > 0 && tables.every(({ files }) => Array.isArray(files) && files.every(({ file }) => isPathBelow(file)));
}
