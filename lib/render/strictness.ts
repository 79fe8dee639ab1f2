/** What a figure may not do: warn, read files or addresses, or draw by chance or by the machine's clock. */

import type { Spec } from "vega";
import { Error as ErrorLevel, type Loader, type LoggerInterface, Warn } from "vega";

/** A logger that turns every warning and error of Vega and Vega-Lite into an exception naming the figure. */
export function throwingLogger(figure: string): LoggerInterface {
  const fail = (...parts: readonly unknown[]): never => {
    const failure = parts.find((part) => part instanceof Error);
    if (failure?.message.startsWith(`figure ${figure}:`)) throw failure; // thrown by ourselves, on its way out of Vega
    throw new Error(`figure ${figure}: ${parts.map(wordsOf).join(" ")}`);
  };
  const logger: LoggerInterface = {
    level: ((_level?: number) => (_level === undefined ? Math.max(ErrorLevel, Warn) : logger)) as LoggerInterface["level"],
    error: fail,
    warn: fail,
    info: () => logger,
    debug: () => logger,
  };
  return logger;
}

/** A loader that opens nothing, and remembers what it was asked for: Vega goes on without a picture that fails to load. */
export function refusingLoader(figure: string): { loader: Loader; refused: Set<string> } {
  const refused = new Set<string>();
  const refuse = (uri: unknown): Promise<never> => {
    refused.add(String(uri));
    return Promise.reject(new Error(`figure ${figure}: refused to open ${String(uri)}; a figure draws from the data in its spec only`));
  };
  return { loader: { options: {}, load: refuse, sanitize: refuse, http: refuse, file: refuse } as unknown as Loader, refused };
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
  else if (value !== null && typeof value === "object") {
    visit(value as Record<string, unknown>);
    for (const [key, member] of Object.entries(value)) if (key !== "values") visitObjects(member, visit);
  }
}

function wordsOf(part: unknown): string {
  if (part instanceof Error) return part.message;
  return typeof part === "string" ? part : (JSON.stringify(part) ?? String(part));
}
