/** The command `replay`. */
import { randomUUID } from "node:crypto";
import { choice, flag, integer, number, text } from "../experiment.ts";
import { serverAddress, serverKey } from "../files/address.ts";
import { openFolder } from "../files/place.ts";
import { print, say } from "../files/say.ts";
import { grouped as thousands } from "../format/numbers.ts";
import { APIS } from "../replay/apis.ts";
import { command } from "./command.ts";
import { defined, grouped, required } from "./options.ts";
import { printLines } from "./print-lines.ts";

/** A day. */
const MOST_SECONDS = 86_400;

export const replayCommand = command({
  usage: "replay",
  says: "Sends a workload to a model server and measures it.",
  epilogue: "Prompts are made-up words of the recorded lengths: docs/replay.md.",
  options: {
    workload: required(text({ says: "File or folder that export --format mooncake or aiperf wrote" })),
    url: required(text({ says: "OpenAI-compatible server, such as http://127.0.0.1:8000/v1; nothing is sent anywhere else" })),
    model: required(text({ says: "Name of the model there" })),
    out: text({ says: "Folder for the rows, the table and the figure", default: "out/replay" }),
    ...grouped("Requests:", {
      api: choice(APIS, { says: "What the server is asked for", default: "chat" }),
      keyEnv: text({ says: "Environment variable that holds the key of the server" }),
      ignoreEos: flag({ says: "Ask for exactly the recorded output, with ignore_eos and min_tokens; vLLM and SGLang take them" }),
      seed: {
        ...integer({ says: "The same prompts as another replay with this seed", min: 0 }),
        defaultText: "new ones, which no cache knows",
      },
      blockSize: integer({ says: "Tokens of a block of the workload, where its lengths don't show it", min: 1 }),
      providerName: text({ says: "Provider in the rows that are written", default: "openai-compatible" }),
    }),
    ...grouped("Load:", {
      timeScale: number({ says: "Waits are so many times as long as recorded; 0 leaves them out", default: 1, min: 0, max: 1000 }),
      concurrency: integer({ says: "Conversations at a time, whatever their recorded starts", min: 1, max: 10_000 }),
      maxRequests: integer({ says: "Send at most the first so many requests of the workload", default: 1_000, min: 1, max: 1_000_000 }),
      maxSeconds: integer({ says: "End after so many seconds", default: 600, min: 1, max: MOST_SECONDS }),
    }),
  },
  async run({ workload: file, url, keyEnv, seed, blockSize, maxRequests, ...values }) {
    const { model, api, ignoreEos, timeScale, maxSeconds, out } = values;
    const address = serverAddress(url, "--url", "--key-env");
    const key = serverKey(keyEnv, "--key-env");
    const [{ readWorkload }, { replay }, { systemClock }] = await Promise.all([
      import("../replay/workload.ts"),
      import("../replay/replay.ts"),
      import("../replay/clock.ts"),
    ]);
    const workload = await readWorkload(file, { most: maxRequests, ...defined({ blockSize }) });
    openFolder(out, "--out");
    say(
      `Sends ${workload.isCut ? "the first " : ""}${thousands(workload.requests)} requests (--max-requests) and two short ones before them to ${address}, for at most ${thousands(maxSeconds)} s (--max-seconds). Ctrl-C ends it and keeps what was measured.`,
    );
    const { end, measured, lines, files } = await replay({
      workload,
      server: { url: address, model, api, key, ignoreEos, fetch, clock: systemClock },
      seed: String(seed ?? randomUUID()),
      timeScale,
      concurrency: values.concurrency ?? null,
      maxSeconds,
      provider: values.providerName,
      out,
      interrupt: interrupted(),
    });
    printLines(lines);
    print(`Written: ${files.join(", ")}`);
    return measured.length === 0 || end === "failures" ? 1 : 0;
  },
});

/** From here on Ctrl-C ends the work in order; a second one ends the program. */
function interrupted(): AbortSignal {
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.removeAllListeners(signal);
    process.once(signal, () => interrupt.abort());
  }
  return interrupt.signal;
}
