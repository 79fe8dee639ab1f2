/** What pages load, by name: paths from this folder. */

/** Each entry is bundled with what it imports into one classic script, because modules don't load from disk. */
export const SCRIPTS = {
  /** On every page: the first at once, the second when the page is there. */
  theme: "page/client/theme.ts",
  gallery: "page/client/gallery.ts",
  /** Charts, when a reader asks for one. */
  vega: "page/client/vega.ts",
  experiment: "features/experiment/client.ts",
  contents: "features/contents/client.ts",
  compare: "features/compare/client.ts",
  sessions: "features/sessions/client.ts",
  "session-list": "features/sessions/client/session-list.ts",
  "side-by-side": "features/sessions/client/side-by-side.ts",
  ask: "features/ask/client.ts",
  "ask-engine": "features/ask/client/engine.ts",
  "own-trace": "features/own-trace/client.ts",
  "own-trace-worker": "features/own-trace/worker/main.ts",
  drop: "features/drop/client.ts",
  "drop-reader": "features/drop/client/reader.ts",
  "drop-drawer": "features/drop/client/drawer.ts",
  diff: "features/diff/client.ts",
} as const;

/** The files of a style sheet in their order. */
export const STYLES = {
  /** On every page. */
  gallery: [
    "page/style/tokens.css",
    "page/style/base.css",
    "page/style/frame.css",
    "features/search/style.css",
    "page/style/tables.css",
    "page/style/text.css",
    "page/style/code.css",
    "page/style/figures.css",
    "page/style/words.css",
    "page/style/cards.css",
    "page/style/print.css",
  ],
  home: ["features/home/style.css", "features/contents/style.css", "features/dashboard/style.css", "features/own-trace/style.css"],
  experiment: ["features/experiment/style.css"],
  compare: ["features/compare/style.css"],
  sessions: ["features/contents/style.css", "features/sessions/style.css", "features/sessions/side-by-side.css"],
  ask: ["features/ask/style.css"],
  drop: ["features/drop/style.css"],
  diff: ["features/diff/style.css"],
} as const;

export type ScriptName = keyof typeof SCRIPTS;
export type StyleName = keyof typeof STYLES;
