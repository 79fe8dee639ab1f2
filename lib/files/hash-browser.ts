/** What hash.ts does with bytes and texts, in browsers; also on pages opened from disk, where some have no `crypto.subtle`. */
import { hmac } from "@noble/hashes/hmac.js";
import { md5 as md5Of, sha1 as sha1Of } from "@noble/hashes/legacy.js";
import { sha256 as digestOf } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { bytesOf } from "./bytes.ts";

/** SHA-256 in hexadecimal digits; of a text, as UTF-8. */
export function sha256(content: string | Uint8Array): string {
  return bytesToHex(digestOf(typeof content === "string" ? bytesOf(content) : content));
}

/** SHA-1 of a text as UTF-8, in hexadecimal digits: for names, not for security. */
export function sha1(text: string): string {
  return bytesToHex(sha1Of(bytesOf(text)));
}

/** MD5 of a text as UTF-8, in hexadecimal digits: as the SQL function `md5` has it. */
export function md5(text: string): string {
  return bytesToHex(md5Of(bytesOf(text)));
}

/** HMAC with SHA-256 under one key: of texts as UTF-8, in hexadecimal digits. */
export function keyedSha256(key: Uint8Array): (text: string) => string {
  const keyed = hmac.create(digestOf, key);
  return (text) => bytesToHex(keyed.clone().update(bytesOf(text)).digest());
}

/** Pages have no files of their own. @throws Error always */
export function sha256OfFile(file: string): Promise<string> {
  return Promise.reject(new Error(`A page can't read the file ${file}.`));
}
