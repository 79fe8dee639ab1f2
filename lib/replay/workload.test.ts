import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readWorkload } from "./workload.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "replay-workload-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

function lines(name: string, ...rows: readonly (object | string)[]): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, rows.map((row) => `${typeof row === "string" ? row : JSON.stringify(row)}\n`).join(""));
  return file;
}

const row = (more: object) => ({ input_length: 100, output_length: 5, hash_ids: [1, 2], ...more });

describe("lines", () => {
  it("of sessions: the first turn at its time, the others after a delay", async () => {
    const file = lines(
      "sessions.jsonl",
      row({ session_id: "late", timestamp: 5_000 }),
      row({ session_id: "early", timestamp: 2_000 }),
      row({ session_id: "late", delay: 40, input_length: 130, hash_ids: [1, 3, 4] }),
    );
    const { conversations, blockSize, requests, isCut } = await readWorkload(file, { most: 10 });
    expect({ blockSize, requests, isCut }).toEqual({ blockSize: 64, requests: 3, isCut: false });
    expect(conversations.map(({ startMs, sessions }) => [startMs, ...sessions.map(({ id }) => id)])).toEqual([
      [0, "early"],
      [3_000, "late"],
    ]);
    expect(conversations[1]?.sessions[0]?.turns).toEqual([
      { delayMs: null, atMs: 0, input: 100, output: 5, blocks: ["1", "2"], recordedMs: null, bringsResults: false },
      { delayMs: 40, atMs: null, input: 130, output: 5, blocks: ["1", "3", "4"], recordedMs: null, bringsResults: false },
    ]);
  });

  it("of Mooncake: each a session of its own", async () => {
    const file = lines("mooncake.jsonl", row({ timestamp: 0 }), row({ timestamp: 30 }), row({ timestamp: 10 }));
    const { conversations } = await readWorkload(file, { most: 10 });
    expect(conversations.map(({ startMs, sessions }) => [startMs, sessions[0]?.id])).toEqual([
      [0, "line 1"],
      [10, "line 3"],
      [30, "line 2"],
    ]);
  });

  it("of an exported folder", async () => {
    fs.mkdirSync(path.join(folder, "exported"));
    lines("exported/trace.jsonl", row({ timestamp: 0 }));
    expect(await readWorkload(path.join(folder, "exported"), { most: 10 })).toMatchObject({ requests: 1 });
  });

  it("without ids share nothing", async () => {
    const file = lines("bare.jsonl", row({ hash_ids: undefined }), row({ hash_ids: undefined }));
    const { conversations } = await readWorkload(file, { most: 10 });
    const blocks = conversations.flatMap(({ sessions }) => sessions.flatMap(({ turns }) => turns.flatMap((turn) => turn.blocks)));
    expect(new Set(blocks).size).toBe(4);
  });

  it.each([
    [[[1_000, 2]], 512],
    [[[100, 2]], 64],
    [[[100, 7]], 16],
    [[[100, 1]], 128],
  ] as const)("%j of tokens and ids have blocks of %i", async (lengths, expected) => {
    const rows = lengths.map(([input_length, ids]) => row({ input_length, hash_ids: Array.from({ length: ids }, (_, i) => i) }));
    expect((await readWorkload(lines("size.jsonl", ...rows), { most: 10 })).blockSize).toBe(expected);
  });

  it("are no more than asked for", async () => {
    const file = lines("many.jsonl", row({ timestamp: 0 }), row({ timestamp: 1 }), row({ timestamp: 2 }));
    expect(await readWorkload(file, { most: 2 })).toMatchObject({ requests: 2, isCut: true });
    expect(await readWorkload(file, { most: 3 })).toMatchObject({ requests: 3, isCut: false });
  });

  it.each([
    ["no JSON", ["{"], {}, /bad\.jsonl:1 is not JSON/],
    ["no output", [row({ output_length: 0 })], {}, /bad\.jsonl:1 is not a request to replay: output_length: /],
    ["no lines", [], {}, /has no request/],
    ["sizes that don't fit", [row({}), row({ input_length: 500 })], {}, /no block size fits .* --block-size/],
    ["too many ids", [row({})], { blockSize: 128 }, /bad\.jsonl:1 has 2 ids for an input of 100 tokens, but blocks of 128 tokens make 1/],
  ])("%s is refused", async (_what, rows, options, message) => {
    await expect(readWorkload(lines("bad.jsonl", ...rows), { most: 10, ...options })).rejects.toThrow(message);
  });

  it("that aren't there are refused", async () => {
    await expect(readWorkload(path.join(folder, "missing.jsonl"), { most: 10 })).rejects.toThrow("no such file or folder");
    await expect(readWorkload(fs.mkdtempSync(path.join(folder, "empty-")), { most: 10 })).rejects.toThrow("without conversations");
  });
});

describe("a conversation", () => {
  const call = (more: object) => ({ t: 0, type: "n", model: "m", in: 130, out: 7, api_time: 2, hash_ids: [0, 1], ...more });
  const conversation = {
    id: "c",
    block_size: 64,
    requests: [
      call({}),
      { t: 1, type: "subagent", agent_id: "h", requests: [call({ t: 1.5, in: 64, hash_ids: [9] }), call({ t: 4, in: 64, hash_ids: [9] })] },
      call({ t: 5, input_types: ["tool_result"] }),
    ],
  };

  it("has helpers next to its main session, and waits from the end of an answer", async () => {
    const file = path.join(folder, "c.json");
    fs.writeFileSync(file, JSON.stringify(conversation));
    const { conversations, requests, blockSize } = await readWorkload(file, { most: 10 });
    expect({ requests, blockSize }).toEqual({ requests: 4, blockSize: 64 });
    const turns = conversations[0]?.sessions.flatMap((session) =>
      session.turns.map(({ delayMs, atMs, bringsResults, recordedMs }) => [session.id, atMs, delayMs, recordedMs, bringsResults]),
    );
    expect(turns).toEqual([
      ["c", 0, null, 2_000, false],
      ["c", null, 3_000, 2_000, true],
      ["c/h", 1_500, null, 2_000, false],
      ["c/h", null, 500, 2_000, false],
    ]);
    const blocks = conversations[0]?.sessions[0]?.turns.map((turn) => turn.blocks);
    expect(blocks?.map((each) => each.slice(0, 2))).toEqual([
      ["c/0", "c/1"],
      ["c/0", "c/1"],
    ]);
    expect(blocks?.[0]?.[2]).not.toBe(blocks?.[1]?.[2]);
  });

  it("in a folder with others: no more than asked for", async () => {
    const traces = path.join(folder, "export", "traces");
    fs.mkdirSync(traces, { recursive: true });
    for (const id of ["a", "b"]) fs.writeFileSync(path.join(traces, `${id}.json`), JSON.stringify({ ...conversation, id }));
    const place = path.dirname(traces);
    expect(await readWorkload(place, { most: 10 })).toMatchObject({ requests: 8, isCut: false });
    const { conversations, ...rest } = await readWorkload(place, { most: 5 });
    expect(rest).toMatchObject({ requests: 5, isCut: true });
    expect(conversations.map(({ sessions }) => sessions.map(({ turns }) => turns.length))).toEqual([[2, 2], [1]]);
    expect(await readWorkload(place, { most: 3 })).toMatchObject({ requests: 3, isCut: true });
    expect(await readWorkload(place, { most: 4 })).toMatchObject({ requests: 4, isCut: true });
    await expect(readWorkload(place, { most: 5, blockSize: 64 })).rejects.toThrow("--block-size does nothing here");
  });
});
