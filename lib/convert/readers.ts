/** What reads the records of each format, and how one is recognized. */
import type { JsonObject } from "../trace/exact-json.ts";
import { isAgentTrace, readAgentTrace } from "./agent-trace.ts";
import type { Finding, ReaderOptions } from "./facts.ts";
import type { Source } from "./formats.ts";
import { isLangfuse, readLangfuse } from "./langfuse.ts";
import { isOtlp, readOtlp } from "./otlp.ts";

interface Reader {
  matches(record: JsonObject): boolean;
  read(record: JsonObject, options: ReaderOptions): Iterable<Finding>;
}

export const READERS: Readonly<Record<Source, Reader>> = {
  otlp: { matches: isOtlp, read: readOtlp },
  langfuse: { matches: isLangfuse, read: readLangfuse },
  "agent-trace": { matches: isAgentTrace, read: readAgentTrace },
};
