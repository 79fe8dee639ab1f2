/** @jsxRuntime automatic @jsxImportSource preact */
import type { ComponentChildren } from "preact";
import type { Question } from "../../../assistant/questions/question.ts";
import { commandLine } from "../../../files/program.ts";
import { bytes } from "../../format.ts";
import type { Link } from "../../links.ts";
import { ENGINE_WASM, ENGINE_WORKER, type PackedSize } from "./engine-files.ts";
import { usualSql } from "./examples.ts";
import type { ExploreTable } from "./explore.ts";

/** Files of the page in the gallery: what is large is packed. */
export const EXPLORE_FILE = "ask/explore.duckdb.zst";

/** In seconds. */
const TIME_LIMITS = [10, 60, 600] as const;
const USUAL_LIMIT = 60;

/** The script shows this on a page that was opened from disk. */
export function FromDisk() {
  return (
    <div class="notes" data-ask="from-disk" hidden>
      <h2>This page needs a web server</h2>
      <p>
        Browsers don't let a page opened from disk load a database. Run <code>{commandLine(["gallery", "--serve"])}</code> and open the
        address it prints, or open the published gallery. You can still read the queries below.
      </p>
    </div>
  );
}

interface ConsoleProps {
  readonly link: Link;
  readonly first: Question | undefined;
  readonly tables: readonly ExploreTable[];
  /** To download; null where the page has the rows. */
  readonly database: PackedSize | null;
  readonly wasm: PackedSize;
}

export function Console({ link, first, tables, database, wasm }: ConsoleProps) {
  return (
    <form
      class="ask-console"
      data-ask="form"
      data-worker={link(ENGINE_WORKER)}
      data-wasm={link(ENGINE_WASM)}
      data-wasm-bytes={wasm.bytes}
      data-wasm-packed={wasm.packed}
      data-database={link(EXPLORE_FILE)}
      data-database-bytes={database?.bytes ?? 0}
      data-database-packed={database?.packed ?? 0}
      data-empty-tables={tables.flatMap(({ name, rows }) => (rows === 0 ? [name] : [])).join(" ")}
      hidden
    >
      <label for="ask-editor">SQL query</label>
      <div class="ask-editor">
        <textarea
          id="ask-editor"
          data-ask="editor"
          rows={10}
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          aria-describedby="ask-keys"
        >
          {first && usualSql(first)}
        </textarea>
        <pre data-ask="colors" aria-hidden="true"></pre>
      </div>
      <div class="ask-names" id="ask-names" data-ask="names" role="listbox" aria-label="Names that fit" hidden></div>
      <div class="ask-actions">
        <button type="submit" class="ask-button ask-run" data-ask="run">
          Run
        </button>
        <button type="button" class="ask-button" data-ask="stop" hidden>
          Stop
        </button>
        <span class="aside" id="ask-keys">
          or press Ctrl+Enter; Tab completes a name
        </span>
        <label class="ask-limit">
          Stop after{" "}
          <select data-ask="limit">
            {TIME_LIMITS.map((seconds) => (
              <option key={seconds} value={seconds} selected={seconds === USUAL_LIMIT}>
                {seconds < 120 ? `${seconds} seconds` : `${seconds / 60} minutes`}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="ask-button" data-ask="share">
          Copy link
        </button>
      </div>
      <progress data-ask="progress" aria-label="Loading" hidden></progress>
      <div class="ask-status" role="status" data-ask="status">
        <p>
          {database === null
            ? "The database is in this tab; the first run starts its engine."
            : `The first run downloads the engine and the database: ${bytes(wasm.packed + database.packed)}.`}
        </p>
      </div>
      <details class="ask-earlier" data-ask="earlier" hidden>
        <summary>Earlier queries</summary>
        <ul data-ask="earlier-list"></ul>
        <button type="button" class="ask-button" data-ask="forget">
          Clear the list
        </button>
      </details>
    </form>
  );
}

export function Results() {
  return (
    <section class="ask-results" data-ask="results" aria-labelledby="ask-answer" hidden>
      <div class="ask-answer-head">
        <h2 id="ask-answer">Result</h2>
        <div class="ask-downloads" data-ask="downloads"></div>
      </div>
      <details class="ask-chart" data-ask="chart" open>
        <summary>Chart</summary>
        <div class="ask-choices">
          <Choice name="mark" title="Type">
            <option value="bars">bars</option>
            <option value="line">line</option>
            <option value="points">points</option>
            <option value="histogram">histogram</option>
          </Choice>
          <Choice name="x" title="X axis" />
          <Choice name="y" title="Y axis" />
          <Choice name="color" title="Color" />
        </div>
        <div class="ask-canvas" data-ask="canvas"></div>
        <p class="aside" data-ask="chart-note"></p>
      </details>
      <div data-ask="table"></div>
    </section>
  );
}

function Choice({ name, title, children }: { readonly name: string; readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <label>
      {title} <select data-ask={`chart-${name}`}>{children}</select>
    </label>
  );
}
