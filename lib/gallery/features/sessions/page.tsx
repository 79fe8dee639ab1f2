/** @jsxRuntime automatic @jsxImportSource preact */
import { csvOfRecords } from "../../../files/csv.ts";
import type { Feature } from "../../feature.ts";
import { packedJson } from "../../packing.ts";
import { documentText } from "../../page/document-text.ts";
import { INDEX as RUNS } from "../diff/places.ts";
import { IndexPage } from "./index-page.tsx";
import type { ListEntry } from "./list.ts";
import {
  entryOf,
  INDEX,
  isWhole,
  LIST_CSV,
  LIST_SCRIPT,
  readSessions,
  SIDE_BY_SIDE,
  sessionNames,
  TITLE,
  titleOf,
  writeParts,
} from "./session.ts";
import { sessionPages } from "./session-page.tsx";
import { SideBySidePage } from "./side-by-side-page.tsx";

/** A page for every session of the pool, or for those that the run chose where it left no more. */
export const sessions: Feature = {
  place: (source) => (sessionNames(source).size > 0 ? { title: TITLE, page: INDEX } : null),
  scripts: ["sessions", "session-list", "side-by-side"],
  style: "sessions",
  build({ atlas, source, folder }) {
    const all = readSessions(source);
    const entries = all.map(entryOf);
    writeParts(source, folder);
    folder.write(LIST_SCRIPT, `globalThis.traceAtlasSessions = "${packedJson(entries)}";\n`);
    folder.write(LIST_CSV, listCsv(entries));
    const runs = atlas.places.find(({ page }) => page === RUNS)?.page ?? null;
    const textOf = sessionPages(atlas);
    for (const [i, session] of all.entries())
      folder.write(session.page, textOf({ session, previous: all[i - 1] ?? null, next: all[i + 1] ?? null }));
    const drawn = all.filter(({ figures }) => figures.length > 0).length;
    return [
      {
        file: INDEX,
        title: TITLE,
        html: documentText(<IndexPage atlas={atlas} entries={entries} drawn={drawn} isWhole={isWhole(source)} />),
      },
      ...(all.length > 1
        ? [
            {
              file: SIDE_BY_SIDE.page,
              title: SIDE_BY_SIDE.title,
              html: documentText(<SideBySidePage atlas={atlas} sessions={all} runs={runs} />),
            },
          ]
        : []),
      ...all.map((session) => ({ file: session.page, title: titleOf(session), html: null })),
    ];
  },
};

function listCsv(entries: readonly ListEntry[]): string {
  const columns: Readonly<Record<string, (entry: ListEntry) => string | number | boolean | null>> = {
    session: ({ name }) => name,
    title: ({ title }) => title,
    provider: ({ provider }) => provider,
    model: ({ model }) => model,
    project: ({ project }) => project,
    start: ({ start }) => start,
    duration_s: ({ durationS }) => durationS,
    active_s: ({ activeS }) => activeS,
    steps: ({ steps }) => steps,
    cost_usd: ({ usd }) => usd,
    cost_usd_most: ({ usdMost }) => usdMost,
    helpers_usd: ({ helpersUsd }) => helpersUsd,
    input_tokens: ({ input }) => input,
    output_tokens: ({ output }) => output,
    tool_calls: ({ calls }) => calls,
    failed_calls: ({ failed }) => failed,
    is_helper: ({ isHelper }) => isHelper,
  };
  const records = entries.map((entry) => Object.values(columns).map((cell) => cell(entry)));
  return csvOfRecords(Object.keys(columns), records);
}
