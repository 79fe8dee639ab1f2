/** Lines of JSON that are not rows of a trace, such as the transcripts that agents write. */
import { commandLine } from "../../../files/program.ts";
import { ROUND_COLUMNS } from "../../../trace/schema.ts";
import { BadLine } from "./bad-line.ts";

/** Keys that logs of other programs have as well. */
const COMMON_KEYS = new Set(["provider", "project", "cwd", "model", "output_tokens", "home", "user", "store"]);

/** A line with keys that are not documented has at least one of these, or it is not a step. */
export const STEP_KEYS: readonly string[] = [...Object.keys(ROUND_COLUMNS).filter((key) => !COMMON_KEYS.has(key)), "timing_events"];

/** By the keys of a line. */
const TRANSCRIPTS: readonly { readonly of: string; readonly has: (keys: ReadonlySet<string>) => boolean }[] = [
  { of: "Claude Code", has: (keys) => keys.has("type") && ["sessionId", "leafUuid", "snapshot"].some((key) => keys.has(key)) },
  { of: "Codex", has: (keys) => (keys.has("type") && keys.has("payload")) || keys.has("record_type") },
];

/** @param keys of the line, without those that are documented */
export function notAStep(keys: readonly string[]): BadLine {
  const transcript = TRANSCRIPTS.find(({ has }) => has(new Set(keys)));
  if (transcript)
    return new BadLine(
      "not a step",
      `it looks like a transcript of ${transcript.of}`,
      `Make a trace of your transcripts with ${commandLine(["collect"])}, or draw them at once with ${commandLine(["--collect"])}.`,
    );
  return new BadLine(
    "not a step",
    `it has none of the keys of an agent step, such as round_index, timing_events or prefix_tokens`,
    "Give a trace as collect writes it, or pass --skip-bad-lines to leave out such lines.",
  );
}
