/** Hashes; in a browser, hash-browser.ts takes the place of this module. */
import { createHash, createHmac, createSecretKey, hash } from "node:crypto";
import fs from "node:fs";
import { pipeline } from "node:stream/promises";

const READ_BYTES = 1 << 20;

/** SHA-256 in hexadecimal digits; of a text, as UTF-8. */
export function sha256(content: string | Uint8Array): string {
  return hash("sha256", content);
}

/** SHA-1 of a text as UTF-8, in hexadecimal digits: for names, not for security. */
export function sha1(text: string): string {
  return hash("sha1", text);
}

/** MD5 of a text as UTF-8, in hexadecimal digits: as the SQL function `md5` has it. */
export function md5(text: string): string {
  return hash("md5", text);
}

/** HMAC with SHA-256 under one key: of texts as UTF-8, in hexadecimal digits. */
export function keyedSha256(key: Uint8Array): (text: string) => string {
  const secret = createSecretKey(key);
  return (text) => createHmac("sha256", secret).update(text).digest("hex");
}

/** SHA-256 of a file of any size. */
export async function sha256OfFile(file: string): Promise<string> {
  // A stream takes longer to make than a small file to read.
  if (fs.statSync(file).size <= READ_BYTES) return sha256(fs.readFileSync(file));
  const digest = createHash("sha256");
  await pipeline(fs.createReadStream(file, { highWaterMark: READ_BYTES }), digest);
  return digest.digest("hex");
}
