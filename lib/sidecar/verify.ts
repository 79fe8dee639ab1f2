/** Does an image carry what its manifest says? */

import { sha256 } from "./codec.ts";
import { figureId } from "./figure-id.ts";
import { FIGURE_ID_KEYWORD, MANIFEST_KEY, PREFIX, SPEC_KEY } from "./keys.ts";
import type { Manifest, ManifestEntry } from "./manifest.ts";
import { type EmbeddedText, type Sidecar, sidecarEntries } from "./read.ts";

export interface Check {
  readonly ok: boolean;
  /** One line. */
  readonly what: string;
}

/** One check per subject when all is well, otherwise one per fault. `chunks` counts the chunks of the PNG. */
export function verifySidecar(sidecar: Sidecar, chunks: number): Check[] {
  const { manifest, problems, warnings } = sidecar;
  return [
    ...faultsOr(problems, `${chunks} chunks, all whole and in order, every checksum right`),
    ...faultsOr(warnings, `${sidecarEntries(sidecar).length} entries readable`),
    ...(manifest ? [...entryChecks(sidecar, manifest), ...idChecks(sidecar, manifest)] : [{ ok: false, what: "there is no manifest" }]),
  ];
}

/** A figure's id that survived in another place than the manifest: a text chunk, or the file's name. */
export function findFigureId(fileName: string, sidecar?: Sidecar): { id: string; where: string } | null {
  for (const { keyword, text } of sidecar?.texts ?? []) {
    const id = (keyword === FIGURE_ID_KEYWORD ? /^([0-9a-f]{10})$/ : /\bfigure ([0-9a-f]{10})\b/).exec(text)?.[1];
    if (id) return { id, where: `its text ${JSON.stringify(keyword)}` };
  }
  const id = /(?<![0-9A-Za-z])[0-9a-f]{10}(?![0-9A-Za-z])/.exec(fileName)?.[0];
  return id ? { id, where: "its file name" } : null;
}

function entryChecks(sidecar: Sidecar, manifest: Manifest): Check[] {
  const entries = new Map(sidecarEntries(sidecar).map((entry) => [entry.keyword, entry]));
  const listed = new Set(manifest.entries.map((entry) => entry.key));
  const unlisted = [...entries.keys()].filter((keyword) => keyword !== `${PREFIX}${MANIFEST_KEY}` && !listed.has(keyword));
  const faults = [
    ...manifest.entries.flatMap((entry) => entryFault(entry, entries.get(entry.key)) ?? []),
    ...unlisted.map((keyword) => `${keyword} is not in the manifest`),
  ];
  const hashed = manifest.entries.filter((entry) => entry.sha256 !== undefined).length;
  const stubs = manifest.entries.filter((entry) => entry.truncated).length;
  return faultsOr(faults, `${listed.size} entries as the manifest lists them (${hashed} with SHA-256, ${stubs} of them stubs)`);
}

function entryFault(entry: ManifestEntry, found: EmbeddedText | undefined): string | null {
  if (!found) return `${entry.key} is in the manifest but not in the image`;
  if (found.chars !== entry.chars) return `${entry.key} has ${found.chars} characters, the manifest says ${entry.chars}`;
  if (entry.sha256 !== undefined && entry.sha256 !== sha256(found.text)) return `${entry.key} differs from the SHA-256 in the manifest`;
  return null;
}

function idChecks(sidecar: Sidecar, manifest: Manifest): Check[] {
  const { figureId: id, footer } = manifest.record;
  if (id === undefined) return [{ ok: true, what: "no figure id: drawn by another program" }];
  const plain = sidecar.texts.find((text) => text.keyword === FIGURE_ID_KEYWORD)?.text;
  const computed = computedId(sidecar, manifest);
  const faults = [
    ...(footer?.includes(id) ? [] : [`the footer does not show the figure id ${id}`]),
    ...(plain === undefined || plain === id ? [] : [`the text ${JSON.stringify(FIGURE_ID_KEYWORD)} says ${plain}, the manifest ${id}`]),
    ...(computed === null || computed === id
      ? []
      : [`the specification and the database give the figure id ${computed}, the manifest says ${id}`]),
  ];
  return faultsOr(faults, `figure id ${id}${computed === null ? " (not computed again: the specification is not all there)" : ""}`);
}

/** The id again from what it is made of, or null when the image does not have all of it. */
function computedId({ texts }: Sidecar, { entries, record }: Manifest): string | null {
  const spec = texts.find((text) => text.key === SPEC_KEY);
  const truncated = entries.some((entry) => entry.key === spec?.keyword && entry.truncated);
  const { experiment, figure, fingerprint } = record;
  if (!spec || truncated || experiment === undefined || figure === undefined || fingerprint === undefined) return null;
  try {
    return figureId({ experiment, figure, fingerprint, spec: JSON.parse(spec.text) });
  } catch (error) {
    // Not JSON, or nested deeper than the stack.
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}

function faultsOr(faults: readonly string[], allWell: string): Check[] {
  return faults.length > 0 ? faults.map((what) => ({ ok: false, what })) : [{ ok: true, what: allWell }];
}
