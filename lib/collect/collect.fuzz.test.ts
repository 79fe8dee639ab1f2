/** Whatever transcripts hold, collecting ends and keeps every well-formed record, and a resumed run writes what a new one writes. */
import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { hasShared, shared } from "../testing/paths.ts";
import { claudeTurn, codexHeader, codexTurn, Home, outputTexts } from "./fixture.ts";

/** Transcripts; `FUZZ_RUNS=10000` for a thorough run. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 200);
const PER_COLLECTION = 20;
const MINUTE_MS = 60_000;
const LINES = 24;
const SHOWN_CHARS = 1_000;

const THREAD = "019b7000-0000-7000-8000-000000000000";

const claudeSamples = [[0, 1, 2, 3].flatMap((i) => claudeTurn(`m${i}`, i * 5)).map(lineOf), ...realWindows(".claude")];
const codexSamples = [
  [codexHeader(THREAD, 0), ...[1, 2, 3].flatMap((i) => codexTurn(`019b7000-000${i}-7000-8000-000000000000`, i, i * 100))].map(lineOf),
  ...realWindows(".codex"),
];

function lineOf(record: unknown): Buffer {
  return Buffer.from(JSON.stringify(record));
}

/** Stretches of real transcripts, where there are any. */
function realWindows(store: string): Buffer[][] {
  if (!hasShared) return [];
  const folder = shared("transcripts", "home", store);
  const files = (fs.readdirSync(folder, { recursive: true }) as string[]).filter((file) => file.endsWith(".jsonl")).sort();
  return files.map((file, i) => {
    const lines = fs
      .readFileSync(path.join(folder, file), "utf8")
      .split("\n")
      .filter((line) => line.length < 20_000);
    const start = (i * 37) % Math.max(1, lines.length - LINES);
    return [lines[0] as string, ...lines.slice(start, start + LINES)].map((line) => Buffer.from(line));
  });
}

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    null,
    -1,
    1e300,
    0.5,
    "",
    "\ud800",
    "NaN",
    [],
    {},
    true,
    "2026-13-45T99:99:99Z",
    "2026-01-01T00:00:00+02:00",
    "__proto__",
  ),
);

/** Replaces a value somewhere in the record, or renames a key. */
function retyped(line: Buffer, where: number, value: unknown, rename: boolean): Buffer {
  let record: unknown;
  try {
    record = JSON.parse(line.toString());
  } catch {
    return line;
  }
  const places: [Record<string, unknown>, string][] = [];
  const walk = (node: unknown) => {
    if (typeof node !== "object" || node === null) return;
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key]);
      walk((node as Record<string, unknown>)[key]);
    }
  };
  walk(record);
  const place = places[where % Math.max(1, places.length)];
  if (!place) return line;
  const [node, key] = place;
  if (rename) {
    node[`${key}_x`] = node[key];
    delete node[key];
  } else node[key] = value;
  return Buffer.from(JSON.stringify(record));
}

type Change = (lines: Buffer[]) => Buffer[];
const at = fc.nat({ max: 10_000 });
const replaceLine = (lines: Buffer[], where: number, change: (line: Buffer) => Buffer) =>
  lines.map((line, i) => (i === where % lines.length ? change(line) : line));

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(at, at).map(
    ([where, length]): Change =>
      (lines) =>
        replaceLine(lines, where, (line) => line.subarray(0, length % (line.length + 1))),
  ),
  fc.tuple(at, at).map(
    ([from, to]): Change =>
      (lines) =>
        lines.toSpliced(to % (lines.length + 1), 0, lines[from % lines.length] as Buffer),
  ),
  fc.tuple(at, at).map(
    ([from, to]): Change =>
      (lines) => {
        const moved = lines[from % lines.length] as Buffer;
        return lines.toSpliced(from % lines.length, 1).toSpliced(to % lines.length, 0, moved);
      },
  ),
  // As clients do when they resume.
  at.map(
    (from): Change =>
      (lines) => [...lines, ...lines.slice(from % lines.length)],
  ),
  fc.tuple(at, at, odd, fc.boolean()).map(
    ([where, place, value, rename]): Change =>
      (lines) =>
        replaceLine(lines, where, (line) => retyped(line, place, value, rename)),
  ),
  fc.tuple(at, fc.nat({ max: 300_000 })).map(
    ([where, chars]): Change =>
      (lines) =>
        lines.toSpliced(where % lines.length, 0, lineOf({ type: "user", message: { role: "user", content: "é".repeat(chars) } })),
  ),
  fc.tuple(at, fc.uint8Array({ minLength: 1, maxLength: 40 }), at).map(
    ([where, bytes, place]): Change =>
      (lines) =>
        replaceLine(lines, where, (line) =>
          Buffer.concat([line.subarray(0, place % (line.length + 1)), bytes, line.subarray(place % (line.length + 1))]),
        ),
  ),
  fc.tuple(at, fc.constantFrom("utf16le", "latin1")).map(
    ([where, encoding]): Change =>
      (lines) =>
        replaceLine(lines, where, (line) => Buffer.from(line.toString(), encoding as BufferEncoding)),
  ),
  at.map(
    (where): Change =>
      (lines) =>
        replaceLine(lines, where, () => Buffer.from("[".repeat(5_000))),
  ),
);

const transcript = fc
  .record({
    isClaude: fc.boolean(),
    sample: at,
    changes: fc.array(change, { minLength: 1, maxLength: 5 }),
    end: fc.constantFrom("\n", "\r\n", "\r"),
    isEnded: fc.boolean(),
    mark: fc.constantFrom("", "", "", "\ufeff"),
    cut: at,
  })
  .map(({ isClaude, sample, changes, end, isEnded, mark, cut }) => {
    const samples = isClaude ? claudeSamples : codexSamples;
    const lines = changes.reduce<Buffer[]>((all, next) => next(all), samples[sample % samples.length] as Buffer[]);
    const ended = lines.flatMap((line, i) => (i === lines.length - 1 && !isEnded ? [line] : [line, Buffer.from(end)]));
    const bytes = Buffer.concat([Buffer.from(mark), ...ended]);
    const shown = `${isClaude ? "Claude" : "Codex"}, cut at ${cut % (bytes.length + 1)}: ${JSON.stringify(bytes.toString())}`;
    return { isClaude, bytes, cut: cut % (bytes.length + 1), [fc.toStringMethod]: () => shown.slice(0, SHOWN_CHARS) };
  });

/** Counted by other means than the reader's. */
function wellFormed(bytes: Buffer): number {
  const lines = bytes
    .toString("utf8")
    .replace(/^\ufeff/, "")
    .split(/\r\n|\n|\r/);
  return lines.filter((line) => {
    try {
      const value = JSON.parse(line);
      return typeof value === "object" && value !== null && !Array.isArray(value);
    } catch {
      return false;
    }
  }).length;
}

it(`${RUNS} mutated transcripts`, { timeout: Math.max(5 * MINUTE_MS, RUNS * 1_000) }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(transcript, { minLength: PER_COLLECTION, maxLength: PER_COLLECTION }), async (transcripts) => {
      const home = new Home();
      try {
        const files = transcripts.map(({ isClaude }, i) => (isClaude ? home.claude(`session-${i}`) : home.codex(`${i}-${THREAD}`)));
        for (const [i, { bytes, cut }] of transcripts.entries()) home.write(files[i] as string, bytes.subarray(0, cut));
        await home.collect();
        for (const [i, { bytes, cut }] of transcripts.entries()) fs.appendFileSync(files[i] as string, bytes.subarray(cut));
        const report = await home.collect();
        expect(outputTexts(home.output)).toEqual(await home.collectAfresh());
        const records = Object.values(report.providers).reduce((sum, provider) => sum + provider.records, 0);
        expect(records).toBeGreaterThanOrEqual(transcripts.reduce((sum, { bytes }) => sum + wellFormed(bytes), 0));
        for (const problem of report.problems) expect(problem.error).toBeNull();
      } finally {
        home.remove();
      }
    }),
    { numRuns: Math.ceil(RUNS / PER_COLLECTION), seed: 20260101, endOnFailure: RUNS > 1_000 },
  );
});
