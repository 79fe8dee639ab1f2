/**
 * Work on strangers' files, off the page: a worker made of text that came as a script, because a page opened from disk may start
 * no other. Such a worker obeys the page's policy, so that nothing in it opens another address.
 */
import { assetUrl, loadScript } from "../../../page/client/script.ts";
import { unpackedJson } from "../../../page/client/unpacked.ts";

declare global {
  /** Sources of workers by name, packed: each script of `features/drop/page.tsx` leaves one here. */
  var traceAtlasWorkers: Readonly<Record<string, string>> | undefined;
}

export class TooLong extends Error {}

/**
 * One question to a fresh worker. It is ended when it has answered, when `limitMs` are over, and by the signal.
 * @throws TooLong; or Error when the worker can't start or fails
 */
export async function askWorker<Answer>(
  name: string,
  question: unknown,
  { limitMs, signal }: { readonly limitMs: number; readonly signal: AbortSignal },
): Promise<Answer> {
  await loadScript(assetUrl(name));
  const packed = globalThis.traceAtlasWorkers?.[name];
  if (packed === undefined) throw new Error(`${name} did not load`);
  const url = URL.createObjectURL(new Blob([await unpackedJson<string>(packed)], { type: "text/javascript" }));
  const worker = new Worker(url);
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => reject(new TooLong()), limitMs);
      const settle = (act: () => void) => {
        clearTimeout(timer);
        act();
      };
      worker.onmessage = ({ data }: MessageEvent<Answer>) => settle(() => resolve(data));
      worker.onerror = (event) => {
        event.preventDefault();
        settle(() => reject(new Error(event.message || "it ran out of memory")));
      };
      signal.addEventListener("abort", () => settle(() => reject(signal.reason)));
      worker.postMessage(question);
    });
  } finally {
    worker.terminate();
    URL.revokeObjectURL(url);
  }
}
