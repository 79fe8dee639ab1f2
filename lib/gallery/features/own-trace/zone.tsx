/** @jsxRuntime automatic @jsxImportSource preact */
/** On the home page: where a visitor drops transcripts or a trace, to see their own history in the browser. */
import { commandLine } from "../../../files/program.ts";
import type { ScriptName } from "../../assets.ts";
import type { Atlas } from "../../atlas/atlas.ts";
import { bytes } from "../../format.ts";
import { type Link, scriptFile, styleFile } from "../../links.ts";
import type { PolicyAdditions } from "../../page/page.tsx";
import { ENGINE_WASM, ENGINE_WORKER } from "../ask/engine-files.ts";

export const OWN_TRACE_SCRIPT: ScriptName = "own-trace-worker";
export const OWN_TRACE_WORKER = `${scriptFile(OWN_TRACE_SCRIPT)}.zst`;

/** The worker and the engine come from memory, and a worker that is made on the page obeys the page's policy: it can reach this site alone. */
export const OWN_TRACE_PAGE: { readonly scripts: readonly ScriptName[]; readonly policy: PolicyAdditions } = {
  scripts: ["own-trace"],
  policy: { "worker-src": ["blob:"], "connect-src": ["blob:"] },
};

interface ZoneProps {
  readonly atlas: Atlas;
  readonly link: Link;
}

/** Hidden where scripts are off. */
export function OwnTraceZone({ atlas: { engine, shown }, link }: ZoneProps) {
  return (
    <details
      id="own-trace"
      class="own-trace"
      data-worker={link(OWN_TRACE_WORKER)}
      data-engine={link(ENGINE_WASM)}
      data-engine-bytes={engine.bytes}
      data-engine-packed={engine.packed}
      data-experiments={[...shown].join(" ")}
      data-ask-worker={link(ENGINE_WORKER)}
      data-styles={[link(styleFile("sessions")), link(styleFile("ask"))].join(" ")}
      hidden
    >
      <summary>See your own history: drop it here, nothing is sent</summary>
      <div class="own-zone" id="own-zone">
        <p>
          Drop your <code>.claude</code> and <code>.codex</code> folders here, a <code>.zip</code> or <code>.tar.gz</code> of them, or a
          trace (<code>.jsonl</code>, <code>.gz</code>, <code>.zst</code>).
        </p>
        <p class="own-choose">
          <label class="pill">
            Choose files
            <input id="own-files" type="file" multiple />
          </label>
          <label class="pill">
            Choose a folder
            <input id="own-folder" type="file" />
          </label>
        </p>
        <p class="aside">
          Nothing is sent: your files are read in this tab, and the page's policy lets it reach this site alone. Closing the tab forgets
          them. The first time loads a database engine of {bytes(engine.packed)}. For the same pages on your machine, run{" "}
          <code>{commandLine(["--collect"])}</code>.
        </p>
      </div>
      <div id="own-work" hidden></div>
      <div id="own-problem" role="alert"></div>
    </details>
  );
}
