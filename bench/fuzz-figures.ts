/** Reads many damaged copies of a figure: `fuzz-figures.ts <figure.png> <count> [seed]`. Tells the slowest on standard error. */
import fs from "node:fs";
import { buildChunk, joinPng, parsePng, scanPng } from "../lib/sidecar/png.ts";
import { readSidecar } from "../lib/sidecar/read.ts";
import { verifySidecar } from "../lib/sidecar/verify.ts";

/** A figure that takes longer counts as hanging. */
const SLOWEST_MS = 5_000;

const [file, count, seed = "1"] = process.argv.slice(2) as [string, string, string?];
let state = Number(seed);

/** An integer from 0 to below the limit. */
function below(limit: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

type Damage = (png: Uint8Array) => Uint8Array;

const DAMAGES: readonly Damage[] = [
  (png) => png.slice(0, below(png.length)),
  (png) => changed(png, 1 + below(20), () => below(256)),
  (png) => changed(png, 1 + below(3), () => 255),
  (png) => Buffer.concat([png, png.subarray(below(png.length))]),
  // Sound frames around damaged contents, which get past the checksums.
  (png) => reframed(png, (data) => changed(data, 1 + below(10), () => below(256))),
  (png) => reframed(png, (data) => data.slice(0, below(data.length + 1))),
  (png) => joinPng(shuffled(parsePng(png).map(({ bytes }) => bytes))),
  (png) => joinPng(parsePng(png).flatMap(({ bytes }) => Array<Uint8Array>(1 + below(3)).fill(bytes))),
];

function changed(bytes: Uint8Array, times: number, byte: () => number): Uint8Array {
  const copy = bytes.slice();
  for (let i = 0; i < times && copy.length > 0; i++) copy[below(copy.length)] = byte();
  return copy;
}

/** Damages the contents of some chunks and writes their lengths and checksums again. */
function reframed(png: Uint8Array, damage: Damage): Uint8Array {
  return joinPng(parsePng(png).map(({ type, data, bytes }) => (below(3) === 0 ? buildChunk(type, damage(data)) : bytes)));
}

function shuffled<T>(values: readonly T[]): T[] {
  const shuffledValues = [...values];
  for (let i = shuffledValues.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [shuffledValues[i], shuffledValues[j]] = [shuffledValues[j] as T, shuffledValues[i] as T];
  }
  return shuffledValues;
}

const whole = withoutPixels(new Uint8Array(fs.readFileSync(file)));
let slowestMs = 0;
for (let i = 0; i < Number(count); i++) {
  const damaged = (DAMAGES[i % DAMAGES.length] as Damage)(whole);
  const begin = performance.now();
  verifySidecar(await readSidecar(damaged), scanPng(damaged).chunks.length);
  slowestMs = Math.max(slowestMs, performance.now() - begin);
  if (slowestMs > SLOWEST_MS) throw new Error(`figure ${i} takes ${slowestMs.toFixed(0)} ms`);
}
console.error(`${count} figures read, the slowest in ${slowestMs.toFixed(0)} ms`);

/** Pixels are never read, and most damage would be to them. */
function withoutPixels(png: Uint8Array): Uint8Array {
  return joinPng(parsePng(png).map(({ type, data, bytes }) => (type === "IDAT" ? buildChunk(type, data.subarray(0, 64)) : bytes)));
}
