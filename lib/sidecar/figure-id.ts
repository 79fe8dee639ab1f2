import { sha256 } from "./codec.ts";

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
  return JSON.stringify(inOrder(value, new KeyOrder()));
}

function inOrder(value: unknown, order: KeyOrder): unknown {
  if (Array.isArray(value)) return value.map((item) => inOrder(item, order));
  if (!isPlainObject(value)) return value;
  const result: Record<string, unknown> = {};
  for (const key of order.of(Object.keys(value))) {
    const member = value[key];
    result[key] = typeof member === "object" ? inOrder(member, order) : member;
  }
  return result;
}

/** Rows of data have the keys of the row before, thousands of times. */
class KeyOrder {
  private keys: readonly string[] = [];
  private ordered: readonly string[] = [];

  of(keys: readonly string[]): readonly string[] {
    if (keys.length !== this.keys.length || keys.some((key, i) => key !== this.keys[i])) {
      this.keys = keys;
      this.ordered = [...keys].sort();
    }
    return this.ordered;
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !("toJSON" in value);
}
