/** Ids of traces and spans: the same for the same session in every export, and unlike the ids in transcripts. */
import { sha256 } from "../../files/hash.ts";

export function traceIdOf(sessionId: string): string {
  return digits("trace", [sessionId], 32);
}

export type SpanPlace =
  | readonly ["session"]
  | readonly ["request", request: number]
  | readonly ["step", step: number]
  | readonly ["call", step: number, toolIndex: number];

export function spanIdOf(sessionId: string, place: SpanPlace): string {
  return digits("span", [sessionId, ...place], 16);
}

function digits(kind: string, parts: readonly (string | number)[], length: number): string {
  return sha256(JSON.stringify(["trace-atlas", kind, ...parts])).slice(0, length);
}
