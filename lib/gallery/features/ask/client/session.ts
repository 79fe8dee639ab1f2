/** Runs queries, one at a time: loads the engine for the first, and stops one that takes too long. */
import { assetUrl, loadScript } from "../../../page/client/script.ts";
import type { Answer, AskEngine, EngineFiles, MadeTable } from "./api.ts";
import { plainWords, summaryOf } from "./messages.ts";
import { part, setStatus } from "./parts.ts";
import { rememberQuery, tableOfAddress } from "./query-history.ts";
import type { Results } from "./results.ts";

export class Session {
  private readonly form: HTMLFormElement;
  private readonly results: Results;
  private readonly files: () => EngineFiles;
  private engine: AskEngine | null = null;
  private isBusy = false;
  /** What was asked while the engine starts: the last replaces those before. */
  private next: string | null = null;
  /** Set while a query runs; called with the reason when it is stopped. */
  private stopped: ((reason: string) => void) | null = null;

  /** @param database its tables, where it is not a file of the gallery */
  constructor(form: HTMLFormElement, results: Results, database?: readonly MadeTable[]) {
    this.form = form;
    this.results = results;
    this.files = () => ({ ...filesOf(form), ...(database && { database }) });
  }

  async run(sql: string): Promise<void> {
    if (this.isBusy) {
      if (this.stopped) setStatus("A query is running. Press Stop to run another one.");
      else this.next = sql;
      return;
    }
    this.setBusy(true);
    this.results.clear();
    this.next = sql;
    try {
      const engine = await this.started();
      const asked = this.next;
      rememberQuery(asked);
      setStatus("Running…");
      const answer = await this.answered(engine, asked);
      if (answer === null) return;
      setStatus(summaryOf(answer, emptyTablesIn(asked, this.form)));
      this.results.show(answer, engine);
    } catch (error) {
      setStatus(plainWords(error), true);
    } finally {
      this.setBusy(false);
    }
  }

  /** Ends the query, and with it the engine, which starts again at once for the next query. */
  async stop(reason: string): Promise<void> {
    this.stopped?.(reason);
    await this.engine?.stop();
    // When this fails, the next query says why.
    this.engine?.start(this.files(), () => {}).catch(() => {});
  }

  /** Ends the engine, and the query that it runs. */
  async end(): Promise<void> {
    this.stopped?.("");
    await this.engine?.stop();
  }

  private setBusy(isBusy: boolean): void {
    this.isBusy = isBusy;
    this.form.setAttribute("aria-busy", String(isBusy));
    part("run").setAttribute("aria-disabled", String(isBusy));
    part("progress").hidden = true;
    part("stop").hidden = true;
  }

  private async started(): Promise<AskEngine> {
    const progress = part<HTMLProgressElement>("progress");
    // Without a value it shows that something goes on.
    progress.removeAttribute("value");
    progress.hidden = false;
    setStatus(this.engine === null ? "Loading the engine…" : "Starting the engine again…");
    await loadScript(assetUrl("ask-engine"));
    const { askEngine } = globalThis;
    if (!askEngine) throw new Error("The engine did not start in this browser.");
    await askEngine.start(this.files(), ({ done, total }) => {
      progress.max = total;
      if (done < total) progress.value = done;
      else progress.removeAttribute("value");
      setStatus(done < total ? "Loading the engine and the database. This happens once." : "Starting the engine…");
    });
    this.engine = askEngine;
    progress.hidden = true;
    return askEngine;
  }

  /** Null when the query was stopped before there was an answer. */
  private async answered(engine: AskEngine, sql: string): Promise<Answer | null> {
    const limit = Number(part<HTMLSelectElement>("limit").value);
    part("stop").hidden = false;
    const stopped = new Promise<null>((resolve) => {
      this.stopped = (reason) => {
        setStatus(reason, true);
        resolve(null);
      };
    });
    const tooLong = `Stopped after ${limit} seconds. Simplify the query, or raise the limit next to the Run button.`;
    const timer = setTimeout(() => void this.stop(tooLong), limit * 1000);
    const asked = engine.ask(sql);
    // When the query is stopped, its own promise fails or never settles, and nobody waits for it any more.
    asked.catch(() => {});
    try {
      return await Promise.race([asked, stopped]);
    } finally {
      clearTimeout(timer);
      this.stopped = null;
    }
  }
}

function emptyTablesIn(sql: string, { dataset }: HTMLFormElement): string[] {
  const words = new Set(sql.match(/\w+/g));
  return (dataset.emptyTables ?? "").split(" ").filter((name) => words.has(name));
}

function filesOf({ dataset }: HTMLFormElement): EngineFiles {
  return {
    worker: dataset.worker ?? "",
    wasm: { address: dataset.wasm ?? "", bytes: Number(dataset.wasmBytes), packed: Number(dataset.wasmPacked) },
    database: {
      address: dataset.database ?? "",
      bytes: Number(dataset.databaseBytes),
      packed: Number(dataset.databasePacked),
    },
    table: tableOfAddress(),
  };
}
