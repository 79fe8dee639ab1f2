/** What a figure may not do: warn, read files or addresses, or draw by chance or by the machine's clock. */

import { type Loader, type LoggerInterface, type Spec, Warn } from "vega";
import { isObject } from "../files/json.ts";

/**
 * A logger that collects every warning and error of Vega and Vega-Lite in words. It does not throw: inside Vega's
 * asynchronous parts nobody would catch that, and the drawing would never end.
 */
export function recordingLogger(): { logger: LoggerInterface; complaints: string[] } {
  const complaints: string[] = [];
  const record = (...parts: readonly unknown[]): LoggerInterface => {
    complaints.push(parts.map(wordsOf).join(" "));
    return logger;
  };
  const ignore = () => logger;
  function level(): number;
  function level(value: number): LoggerInterface;
  function level(value?: number): number | LoggerInterface {
    return value === undefined ? Warn : logger;
  }
  const logger: LoggerInterface = { level, error: record, warn: record, info: ignore, debug: ignore };
  return { logger, complaints };
}

/** A loader that opens nothing, and remembers what it was asked for: Vega goes on without a picture that fails to load. */
export function refusingLoader(): { loader: Loader; refused: Set<string> } {
  const refused = new Set<string>();
  const refuse = (uri: unknown): Promise<never> => {
    refused.add(String(uri));
    return Promise.reject(new Error(`refused to open ${String(uri)}`));
  };
  const loader = { options: {}, load: refuse, sanitize: refuse, http: refuse, file: refuse };
  return { loader, refused };
}

/** Throws for parts of a compiled spec that depend on chance or on the machine's time zone. */
export function checkCompiled(figure: string, spec: Spec): void {
  visitObjects(spec, (part) => {
    if (part.type === "sample") throw new Error(`figure ${figure}: the sample transform picks other rows each time; sample in SQL by hash`);
    if (part.type === "time" && "range" in part)
      throw new Error(`figure ${figure}: scale ${String(part.name)} uses the machine's time zone; use scale type utc`);
    if (part.type === "timeunit" && part.timezone !== "utc")
      throw new Error(`figure ${figure}: a time unit uses the machine's time zone; use its utc form`);
  });
}

function visitObjects(value: unknown, visit: (object: Record<string, unknown>) => void): void {
  if (Array.isArray(value)) for (const item of value) visitObjects(item, visit);
  else if (isObject(value)) {
    visit(value);
    for (const [key, member] of Object.entries(value)) if (key !== "values") visitObjects(member, visit);
  }
}

function wordsOf(part: unknown): string {
  if (part instanceof Error) return part.message;
  return typeof part === "string" ? part : (JSON.stringify(part) ?? String(part));
}
