/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Feature } from "../../feature.ts";
import { linkFrom } from "../../links.ts";
import { documentText } from "../../page/document-text.tsx";
import { readExamples } from "./examples.ts";
import { explorePath, readExploreRecord } from "./explore.ts";
import { ASK_PAGE, AskPage, ENGINE_WASM, ENGINE_WORKER, EXPLORE_FILE } from "./page.tsx";
import { readQuestions } from "./questions.ts";

const TITLE = "Ask with SQL";
/** Of the two engines of the package this is the one for every browser with WebAssembly exceptions, which is all of today's. */
const PACKAGE_WASM = "@duckdb/duckdb-wasm/dist/duckdb-eh.wasm";
const PACKAGE_WORKER = "@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js";

/** A console on the pool's own tables, answered inside the reader's browser. */
export const ask: Feature = {
  place: ({ out }) => (readExploreRecord(out) ? { title: TITLE, page: ASK_PAGE } : null),
  scripts: ["ask", "ask-engine"],
  styles: ["ask.css"],
  async build({ atlas, source, folder }) {
    const record = readExploreRecord(source.out);
    if (!record) throw new Error("the exported database was there a moment ago");
    const page = (content: Parameters<typeof AskPage>[0]["content"]) => [
      {
        file: ASK_PAGE,
        title: TITLE,
        html: documentText(<AskPage atlas={atlas} title={TITLE} link={linkFrom(ASK_PAGE)} content={content} />),
      },
    ];
    if (record.omitted !== null) return page({ kind: "omitted", sentence: record.omitted });
    const require = createRequire(import.meta.url);
    const wasm = require.resolve(PACKAGE_WASM);
    folder.place(explorePath(source.out), EXPLORE_FILE);
    folder.place(wasm, ENGINE_WASM);
    folder.place(require.resolve(PACKAGE_WORKER), ENGINE_WORKER);
    const artifacts = source.report.experiments.flatMap((run) => (run.artifacts ? [run.artifacts] : []));
    return page({
      kind: "console",
      tables: record.tables,
      databaseBytes: record.bytes,
      wasmBytes: fs.statSync(wasm).size,
      questions: readQuestions(path.join(import.meta.dirname, "questions")),
      examples: await readExamples(artifacts, source.experimentsFolder, explorePath(source.out)),
    });
  },
};
