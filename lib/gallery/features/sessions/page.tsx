/** @jsxRuntime automatic @jsxImportSource preact */
import path from "node:path";
import type { Feature } from "../../feature.ts";
import { documentText } from "../../page/document-text.ts";
import { IndexPage } from "./index-page.tsx";
import { INDEX, readSessions, TITLE, timelineFiles, titleOf } from "./session.ts";
import { SessionPage } from "./session-page.tsx";
import { stepsCsv } from "./steps.tsx";

/** A page for every session that the run chose. */
export const sessions: Feature = {
  place: (source) => (timelineFiles(source).length > 0 ? { title: TITLE, page: INDEX } : null),
  scripts: ["sessions"],
  style: "sessions",
  build({ atlas, source, folder }) {
    const all = readSessions(source);
    for (const session of all) {
      const place = path.posix.dirname(session.page);
      folder.write(`${place}/timeline.js`, `globalThis.traceAtlasTimeline = ${JSON.stringify(session.document)};\n`);
      folder.write(`${place}/steps.csv`, stepsCsv(session));
    }
    return [
      { file: INDEX, title: TITLE, html: documentText(<IndexPage atlas={atlas} sessions={all} />) },
      ...all.map((session, i) => ({
        file: session.page,
        title: titleOf(session),
        html: documentText(<SessionPage atlas={atlas} session={session} previous={all[i - 1] ?? null} next={all[i + 1] ?? null} />),
      })),
    ];
  },
};
