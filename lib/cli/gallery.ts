/** The command `gallery`, and how a run makes its pages. */
import fs from "node:fs";
import path from "node:path";
import type { RunReport } from "../artifacts/artifacts.ts";
import { type Roots, rootsWith } from "../artifacts/experiment-folders.ts";
import type { Pool, PoolSummary } from "../db/open/pool.ts";
import { flag, integer, list, text } from "../experiment.ts";
import { removeLeftovers } from "../files/atomic.ts";
import { inside } from "../files/inside.ts";
import { acquireLock, lockBeside } from "../files/lock.ts";
import { checkFolder } from "../files/place.ts";
import { print, say } from "../files/say.ts";
import type { ServeOptions } from "../gallery/serve/serve.ts";
import { command } from "./command.ts";
import { defined } from "./options.ts";
import { experimentFolders } from "./shared-options.ts";

const PRIVATE =
  "These pages show your own history with the names in it. Only this machine can open them; run sanitize on the trace and draw that before you publish.";

export const galleryCommand = command({
  usage: "gallery",
  says: "Builds the pages of a finished run again.",
  options: {
    run: { ...text({ says: "Folder of the run" }), defaultText: "out" },
    out: { ...text({ says: "Folder for the pages" }), defaultText: "<run>/gallery" },
    baseUrl: text({ says: "Address that the pages will be published at, for preview cards and the site map" }),
    askEndpoint: text({ says: "Endpoint of models that the Ask page may send a question to, when its reader says so" }),
    diff: text({ says: "Folder of another run; pages show what changed since then" }),
    experiments: experimentFolders,
    serve: flag({ says: "Show the pages on this machine until Ctrl-C" }),
    host: {
      ...list(text({ says: "With --serve: also answer to this name, such as that of a proxy in front of it; repeatable" })),
      single: true,
    },
    port: integer({ says: "With --serve: the port; 0 for any free one", default: 8000, min: 0, max: 65_535 }),
  },
  goesWith: { serve: ["port", "host"] },
  async run({ baseUrl, askEndpoint, diff, experiments, serve, port, host, ...folders }) {
    const { hasReport, readReport } = await import("../artifacts/run-report.ts");
    const { run, gallery } = galleryFolders(folders, hasReport);
    const report = readReport(run, "--run");
    const before = diff === undefined ? undefined : { out: diff, report: readReport(diff, "--diff") };
    checkFolder(gallery, "--out");
    if (askEndpoint !== undefined) (await import("../assistant/model/endpoint.ts")).addressOf(askEndpoint, "--ask-endpoint");
    const { buildGallery } = await import("../gallery/build.ts");
    const request = { out: run, report, roots: rootsWith(experiments), gallery, ...defined({ baseUrl, askEndpoint, before }) };
    const { index, pages } = await inTurn(gallery, () => buildGallery(request));
    if (serve) {
      const { traceForRun } = await import("../collect/collect.ts");
      if (fs.existsSync(traceForRun(run))) say(PRIVATE);
      await serveUntilInterrupted(gallery, { port, hosts: host });
    } else print(`${pages} pages; open ${fromHere(index)}`);
    return 0;
  },
});

/** Alone, `--out` may also name a run: its pages are built inside it. */
function galleryFolders(
  { run, out }: { readonly run: string | undefined; readonly out: string | undefined },
  hasReport: (folder: string) => boolean,
) {
  if (run === undefined && out !== undefined && hasReport(out)) return { run: out, gallery: inside(out, "gallery") };
  const folder = run ?? "out";
  return { run: folder, gallery: out ?? inside(folder, "gallery") };
}

/** @param onServing called with the address of the home page */
export async function serveUntilInterrupted(gallery: string, options: ServeOptions, onServing?: (url: string) => void): Promise<void> {
  const { serveGallery } = await import("../gallery/serve/serve.ts");
  const { url, close } = await serveGallery(gallery, options);
  print(`Serving the pages at ${url} (Ctrl-C ends it)`);
  onServing?.(url);
  // From here on Ctrl-C is the way to end, not an interruption of work.
  process.removeAllListeners("SIGINT");
  await new Promise((resolve) => process.once("SIGINT", resolve));
  await close();
}

/** What the pages of a run are made of. */
export interface Pages {
  readonly out: string;
  /** Where READMEs and code are. */
  readonly roots: Roots;
  /** Folder of the pages; `<out>/gallery` if not given. */
  readonly gallery?: string;
  /** Address that they will be published at. */
  readonly baseUrl?: string;
  /** Looks at the folder of finished pages; throws where they are not to be shown. */
  readonly check?: (folder: string) => Promise<unknown>;
}

/** What the pages need whatever the experiments find. */
export function startGallery(): void {
  void import("../gallery/build.ts").then(({ prepareGallery }) => prepareGallery());
}

/** What pages ask for that no experiment writes: a small database of the pool, for questions, and all of its sessions. */
export async function writeExplore({ out, roots }: Pages, pool: Pool, summary: PoolSummary, onWrite: () => void): Promise<void> {
  const [{ writeExploreDatabase }, { exampleQueries }, { writeSessionArchive }, { loadQuestions }] = await Promise.all([
    import("../gallery/features/ask/explore.ts"),
    import("../gallery/features/ask/examples.ts"),
    import("../gallery/features/sessions/archive.ts"),
    import("../assistant/questions/load.ts"),
  ]);
  const queries = [...exampleQueries(roots), ...(await loadQuestions()).map(({ sql }) => sql)];
  await writeExploreDatabase({ pool, summary, out, queries, onWrite });
  await writeSessionArchive({ pool, summary, out, onWrite });
}

/** The home page of the gallery of a run. One that was made of the same is kept: building it takes longer than all else when nothing has changed. */
export async function newestGallery(pages: Pages, report: RunReport, force: boolean, onBuild: () => void): Promise<string> {
  const { currentGallery, galleryFolderOf } = await import("../gallery/current.ts");
  const request = { ...pages, report };
  return inTurn(galleryFolderOf(request), async () => {
    const current = force ? null : currentGallery(request);
    if (current) {
      await pages.check?.(galleryFolderOf(request));
      removeLeftovers(galleryFolderOf(request));
      return fromHere(current.index);
    }
    onBuild();
    const { buildGallery } = await import("../gallery/build.ts");
    return fromHere((await buildGallery(request)).index);
  });
}

/** For what a folder has once: one process at a time. */
export async function inTurn<T>(place: string, work: () => Promise<T>): Promise<T> {
  const lock = await acquireLock(lockBeside(place), { onWait: (holder) => say(`waiting for ${place}, which ${holder} is writing`) });
  try {
    return await work();
  } finally {
    lock.release();
  }
}

function fromHere(file: string): string {
  return path.relative(process.cwd(), file) || file;
}
