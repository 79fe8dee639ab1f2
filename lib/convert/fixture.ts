/** Small inputs for tests, and what becomes of them. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { type ConvertOptions, type ConvertReport, convert } from "./convert.ts";
import type { Row } from "./rows.ts";

export interface Converted {
  readonly rows: readonly Row[];
  readonly report: ConvertReport;
}

/** @param contents of the files, in their order */
export async function converted(contents: readonly (string | Uint8Array)[], options: Partial<ConvertOptions> = {}): Promise<Converted> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "convert-"));
  try {
    const files = contents.map((content, i) => {
      const file = path.join(folder, `input-${i}`);
      fs.writeFileSync(file, content);
      return file;
    });
    const out = path.join(folder, "rows.jsonl");
    const report = await convert({ cachedApart: false, missingIsZero: false, ...options, files, out });
    const lines = fs.readFileSync(out, "utf8").trimEnd().split("\n");
    return { report, rows: lines.map((line): Row => JSON.parse(line)) };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanLiteral {
  readonly id: string;
  readonly trace?: string;
  readonly parent?: string;
  readonly name?: string;
  /** Seconds after the start of 2026. */
  readonly from: number;
  readonly to: number;
  readonly failed?: boolean;
  readonly attributes: Attributes;
}

const EPOCH_S = 1_767_225_600;

/** A request of OTLP JSON with spans. */
export function otlp(spans: readonly SpanLiteral[], resource: Attributes = { "service.name": "shop" }): object {
  const nanoseconds = (seconds: number) => String(BigInt(EPOCH_S) * 1_000_000_000n + BigInt(Math.round(seconds * 1e9)));
  return {
    resourceSpans: [
      {
        resource: { attributes: listOf(resource) },
        scopeSpans: [
          {
            spans: spans.map(({ id, trace = "t1", parent, name = "span", from, to, failed = false, attributes }) => ({
              ...{ traceId: trace, spanId: id, parentSpanId: parent ?? "", name },
              ...{ startTimeUnixNano: nanoseconds(from), endTimeUnixNano: nanoseconds(to) },
              attributes: listOf(attributes),
              status: failed ? { code: 2 } : {},
            })),
          },
        ],
      },
    ],
  };
}

function listOf(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value:
      typeof value === "string" ? { stringValue: value } : typeof value === "number" ? { intValue: String(value) } : { boolValue: value },
  }));
}

/** A call of a model that read 60 of 100 tokens from the cache. */
export const CHAT: Attributes = {
  "gen_ai.operation.name": "chat",
  "gen_ai.provider.name": "anthropic",
  "gen_ai.request.model": "claude-opus-4-6",
  "gen_ai.usage.input_tokens": 100,
  "gen_ai.usage.cache_read.input_tokens": 60,
  "gen_ai.usage.cache_creation.input_tokens": 30,
  "gen_ai.usage.output_tokens": 7,
};
export const TOOL: Attributes = { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "Bash" };
export const AGENT: Attributes = { "gen_ai.operation.name": "invoke_agent" };
