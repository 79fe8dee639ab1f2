/** How far a collection is. */
import type { CollectProgress } from "../collect/collect.ts";

/** A bar on a terminal, while there is something to read; undefined elsewhere. */
export async function collectionProgress(): Promise<CollectProgress | undefined> {
  if (!process.stderr.isTTY) return undefined;
  const [{ default: cliProgress }, { byteText }] = await Promise.all([import("cli-progress"), import("../collect/report.ts")]);
  const bar = new cliProgress.SingleBar(
    { format: "{bar} {done} of {all}  {eta_formatted} left", stream: process.stderr, hideCursor: true, clearOnComplete: true },
    cliProgress.Presets.shades_classic,
  );
  let done = 0;
  let all = 0;
  const payload = () => ({ done: byteText(done), all: byteText(all) });
  return {
    begin: (totalBytes) => {
      all = totalBytes;
      if (all > 0) bar.start(totalBytes, 0, payload());
    },
    advance: (bytes) => {
      done += bytes;
      bar.update(done, payload());
    },
    end: () => bar.stop(),
  };
}
