import { sha256 } from "../sidecar/codec.ts";

const ID_DIGITS = 10;

export interface FigureIdentity {
  /** `<category>/<name>`. */
  readonly experiment: string;
  readonly figure: string;
  /** The prepared spec with its data. */
  readonly spec: unknown;
  /** Of the database. */
  readonly fingerprint: string;
}

/** The short id in a figure's footer: the first 10 hex digits of SHA-256 over the identity as canonical JSON. */
export function figureId({ experiment, figure, spec, fingerprint }: FigureIdentity): string {
  return sha256(canonicalJson({ experiment, figure, fingerprint, spec })).slice(0, ID_DIGITS);
}

/** JSON with the keys of every object in code-unit order, without white space. Absent (`undefined`) members are left out. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => (isPlainObject(member) ? sortedByKey(member) : member));
}

function sortedByKey(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
