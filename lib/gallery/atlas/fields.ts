/** What a JSON document must hold. Each function throws an Error that names what is missing. */
import { isObject } from "../../files/json.ts";

/** Undefined where there is none. */
export function valueAt(holder: unknown, name: string): unknown {
  return isObject(holder) ? holder[name] : undefined;
}

export function objectAt(holder: unknown, name: string): Record<string, unknown> {
  const value = valueAt(holder, name);
  if (!isObject(value)) throw new Error(`no object ${name}`);
  return value;
}

export function listAt(holder: unknown, name: string): readonly unknown[] {
  const value = valueAt(holder, name);
  if (!Array.isArray(value)) throw new Error(`no list of ${name}`);
  return value;
}

export function textAt(holder: unknown, name: string): string {
  const value = valueAt(holder, name);
  if (typeof value !== "string") throw new Error(`no text ${name}`);
  return value;
}

/** Not negative, or null. */
export function knownCountAt(holder: unknown, name: string): number | null {
  return valueAt(holder, name) === null ? null : countAt(holder, name);
}

/** Not negative. */
export function countAt(holder: unknown, name: string): number {
  const value = valueAt(holder, name);
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) throw new Error(`no number ${name}`);
  return value;
}
