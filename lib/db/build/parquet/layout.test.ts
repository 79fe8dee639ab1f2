import { describe, expect, it } from "vitest";
import { layoutOf, partitionFolder } from "./layout.ts";

describe("the table of a file", () => {
  it.each<[string, string[], string | null, string]>([
    ["/p/rounds.parquet", [], "rounds", "/p"],
    ["/p/tool_calls.parquet", [], "tool_calls", "/p"],
    ["/p/rounds-3.parquet", [], "rounds", "/p"],
    ["/p/timing_events_00_1.parquet", [], "timing_events", "/p"],
    ["/p/rounds.zstd.parquet", [], "rounds", "/p"],
    ["/p/rounds/part-0.parquet", [], "rounds", "/p"],
    ["/p/rounds/provider=claude/data_0.parquet", [], "rounds", "/p"],
    ["/p/sessions/provider=a/model=b/x.parquet", [], "sessions", "/p"],
    ["/p/provider=claude/rounds.parquet", [], "rounds", "/p"],
    ["/rounds/part-0.parquet", [], "rounds", "/"],
    ["/p/rounds_of_may.parquet", ["round_pk", "tool_name", "is_error", "result_at"], "tool_calls", "/p"],
    ["/p/a.parquet", ["round_pk", "event_type"], "timing_events", "/p"],
    ["/p/a.parquet", ["provider", "round_index", "foo"], "rounds", "/p"],
    ["/p/a.parquet", ["transcript_id", "record_count"], "sessions", "/p"],
    ["/p/a.parquet", ["round_pk"], null, "/p"],
    ["/p/a.parquet", ["path"], null, "/p"],
    ["/p/companion_source.parquet", ["path"], "companion_source", "/p"],
    ["/p/a.parquet", ["foo"], null, "/p"],
    ["/p/a.parquet", [], null, "/p"],
  ])("%s with %j is %s in %s", (file, columns, table, root) => {
    expect(layoutOf(file, columns)).toMatchObject({ table, root });
  });
});

describe("folders of partitions", () => {
  it.each<[string | null, string]>([
    ["claude", "provider=claude"],
    [null, "provider=__HIVE_DEFAULT_PARTITION__"],
    ["", "provider="],
    ["a/b=c %", "provider=a%2Fb%3Dc%20%25"],
    ["..", "provider=.."],
    ["ü", "provider=%C3%BC"],
  ])("%j is %s and back", (value, folder) => {
    expect(partitionFolder("provider", value)).toBe(folder);
    expect(layoutOf(`/p/rounds/${folder}/part-0.parquet`, []).partition).toEqual({ provider: value });
  });

  it("of other programs may hold a bare per cent sign", () => {
    expect(layoutOf("/p/rounds/provider=5%/x.parquet", []).partition).toEqual({ provider: "5%" });
  });
});
