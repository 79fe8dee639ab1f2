/** @jsxRuntime automatic @jsxImportSource preact */
import path from "node:path";
import type { Feature } from "../../feature.ts";
import { documentText } from "../../page/document-text.ts";
import { INDEX as RUNS } from "../diff/places.ts";
import { IndexPage } from "./index-page.tsx";
import { INDEX, readSessions, SIDE_BY_SIDE, TITLE, timelineFiles, titleOf } from "./session.ts";
import { SessionPage } from "./session-page.tsx";
import { SideBySidePage } from "./side-by-side-page.tsx";
import { stepsCsv } from "./steps.tsx";

/** A page for every session that the run chose. */
export const sessions: Feature = {
  place: (source) => (timelineFiles(source).length > 0 ? { title: TITLE, page: INDEX } : null),
  scripts: ["sessions", "side-by-side"],
  style: "sessions",
  build({ atlas, source, folder }) {
    const all = readSessions(source);
    for (const session of all) {
      const place = path.posix.dirname(session.page);
      folder.write(`${place}/timeline.js`, `globalThis.traceAtlasTimeline = ${JSON.stringify(session.document)};\n`);
      folder.write(`${place}/steps.csv`, stepsCsv(session));
    }
    const runs = atlas.places.find(({ page }) => page === RUNS)?.page ?? null;
    return [
      { file: INDEX, title: TITLE, html: documentText(<IndexPage atlas={atlas} sessions={all} />) },
      ...(all.length > 1
        ? [
            {
              file: SIDE_BY_SIDE.page,
              title: SIDE_BY_SIDE.title,
              html: documentText(<SideBySidePage atlas={atlas} sessions={all} runs={runs} />),
            },
          ]
        : []),
      ...all.map((session, i) => ({
        file: session.page,
        title: titleOf(session),
        html: documentText(<SessionPage atlas={atlas} session={session} previous={all[i - 1] ?? null} next={all[i + 1] ?? null} />),
      })),
    ];
  },
};
