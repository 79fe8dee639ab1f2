/** Amounts of memory, what the engine says without any left, and how many shards of a pool fit into one. */
import { messageOf } from "../../files/errors.ts";

const BYTES: Readonly<Record<string, number>> = {
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

/** Of an amount such as `512MB`, `4GB` or `2GiB`; NaN for another text. */
export function bytesOf(amount: string): number {
  const [, count, unit = ""] = /^(\d+(?:\.\d+)?) ?([KMGT]i?B)$/i.exec(amount) ?? [];
  return Number(count) * (BYTES[unit.toUpperCase()] ?? Number.NaN);
}

/** What the relations of an atlas take for each step, compressed, and room for the queries that read them: measured. */
const BYTES_PER_STEP = 3000;

/** @param memory the engine's limit */
export function shardsFor(steps: number, memory: string): number {
  return Math.max(1, Math.ceil((steps * BYTES_PER_STEP) / bytesOf(memory)));
}

const PACKED_FROM_STEPS = 100_000;

/** Whether relations over so many steps are worth compressing. */
export function isPacked(steps: number): boolean {
  return steps >= PACKED_FROM_STEPS;
}

export function isOutOfMemory(error: unknown): boolean {
  return /\bOut of Memory Error\b/.test(messageOf(error));
}
