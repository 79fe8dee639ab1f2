/** The secret of pseudonyms. It is never printed. */
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { codeOf, UserError } from "../files/errors.ts";
import { makeFolder } from "../files/folder.ts";
import { closedAt, OWNER_ONLY_FILE } from "../files/place.ts";
import { readText } from "../files/read.ts";

const KEY_BYTES = 32;
const KEY_TEXT = /^[0-9a-f]{64}$/i;

/**
 * Reads the key: 32 bytes as 64 hex digits. A missing file is made, readable by its owner only, and said.
 *
 * @throws UserError when the file holds something else
 */
export function readOrMakeKey(file: string, say: (line: string) => void): Buffer {
  const text = readKey(file) ?? makeKey(file, say);
  if (!KEY_TEXT.test(text.trim()))
    throw new UserError(
      `${file} is not a key: it should hold ${2 * KEY_BYTES} hex digits. Give another --key-file, or a path where one is made.`,
    );
  return Buffer.from(text.trim(), "hex");
}

function readKey(file: string): string | null {
  try {
    return readText(file);
  } catch (error) {
    throw new UserError(`The key ${file} cannot be read (${codeOf(error)}). Give another --key-file.`, 2, { cause: error });
  }
}

function makeKey(file: string, say: (line: string) => void): string {
  const text = randomBytes(KEY_BYTES).toString("hex");
  try {
    makeFolder(path.dirname(file));
    fs.writeFileSync(file, `${text}\n`, { mode: OWNER_ONLY_FILE, flag: "wx" });
  } catch (error) {
    throw closedAt(path.dirname(file), error, "--key-file");
  }
  say(`Made a key for pseudonyms in ${file}; keep it private, and use it again for the same pseudonyms.`);
  return text;
}
