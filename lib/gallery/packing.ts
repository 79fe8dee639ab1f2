/** What the gallery keeps packed, because few hosts pack files on the way. Same content, same bytes. */
import fs from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGzip, gunzipSync, gzipSync } from "node:zlib";
import { Zstd } from "@hpcc-js/wasm-zstd";
import { sha256, sha256OfFile } from "../files/hash.ts";

/** Smaller files stay as they are, for whoever reads them with other programs. */
const PACKED_FROM_BYTES = 10_000;
/** Only linked, where pictures are also shown. */
const ROWS_AND_SPECS = /\.(csv|json)$/;

/** The name that a file has in the gallery: with `.gz` at its end where it is packed. */
export function packedName({ file, bytes }: { readonly file: string; readonly bytes: number }): string {
  return ROWS_AND_SPECS.test(file) && bytes >= PACKED_FROM_BYTES ? `${file}.gz` : file;
}

/** zstd at level 12 takes a fifth less than gzip, 20 also finds what tables of one database have in common. */
export type Packer = { readonly format: "gzip" } | { readonly format: "zstd"; readonly level: 12 | 20 };

export const GZIP: Packer = { format: "gzip" };

export async function pack(source: string, destination: string, packer: Packer): Promise<void> {
  if (packer.format === "gzip") return pipeline(fs.createReadStream(source), createGzip(), fs.createWriteStream(destination));
  const zstd = await Zstd.load();
  fs.writeFileSync(destination, zstd.compress(fs.readFileSync(source), packer.level));
}

/** A hash that is equal only for equal packed bytes. */
export async function packedFrom(source: string, packer: Packer): Promise<string> {
  const version = packer.format === "gzip" ? process.versions.zlib : (await Zstd.load()).version();
  return sha256(JSON.stringify([packer, version, await sha256OfFile(source)]));
}

/** A value for a script that pages load, as text of base64; `unpackedJson` reads it there. */
export function packedJson(value: unknown): string {
  return gzipSync(JSON.stringify(value)).toString("base64");
}

/** The values that a script holds packed, as JSON. */
export function packedTexts(script: string): string[] {
  return [...script.matchAll(/"(H4sI[\w+/]+=*)"/g)].map(([, base64 = ""]) => gunzipSync(Buffer.from(base64, "base64")).toString());
}
