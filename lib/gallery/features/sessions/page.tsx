/** @jsxRuntime automatic @jsxImportSource preact */
import { csvOfRecords } from "../../../files/csv.ts";
import type { Feature } from "../../feature.ts";
import { documentText } from "../../page/document-text.ts";
import { INDEX as RUNS } from "../diff/places.ts";
import { IndexPage } from "./index-page.tsx";
import type { ListEntry } from "./list.ts";
import {
  entryOf,
  INDEX,
  isChosen,
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
    folder.write(LIST_SCRIPT, `globalThis.traceAtlasSessions = ${JSON.stringify(entries)};\n`);
    folder.write(LIST_CSV, listCsv(entries));
    const runs = atlas.places.find(({ page }) => page === RUNS)?.page ?? null;
    const textOf = sessionPages(atlas);
    const pages = all.map((session, i) => {
      const html = textOf({ session, previous: all[i - 1] ?? null, next: all[i + 1] ?? null });
      return { session, page: { file: session.page, title: titleOf(session), html } };
    });
    const chosen = pages.filter(({ session }) => isChosen(session));
    // The others are found by the list, whose search reads what it knows of each one; the index of all pages would take minutes.
    for (const { session, page } of pages) if (!isChosen(session)) folder.write(page.file, page.html);
    return [
      { file: INDEX, title: TITLE, html: documentText(<IndexPage atlas={atlas} entries={entries} chosen={chosen.length} />) },
      ...(all.length > 1
        ? [
            {
              file: SIDE_BY_SIDE.page,
              title: SIDE_BY_SIDE.title,
              html: documentText(<SideBySidePage atlas={atlas} sessions={all} runs={runs} />),
            },
          ]
        : []),
      ...chosen.map(({ page }) => page),
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
