/** The last look at a site before it may be published: whether any of its files holds what the history held and the site may not. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { databaseFiles, NodeEngine } from "../db/open/connection.ts";
import { quoteLiteral, quoteName } from "../db/sql.ts";
import { UserError } from "../files/errors.ts";
import { sha256 } from "../files/hash.ts";
import { BROUGHT, broughtFile, projectFile } from "../files/program.ts";
import { readText } from "../files/read.ts";
import { unpackStream } from "../files/unpack.ts";
import { SCRIPTS, type ScriptName } from "../gallery/assets.ts";
import { packedTexts } from "../gallery/packing.ts";
import { pageScripts } from "../gallery/scripts.ts";
import { readKeptNames } from "../sanitize/kept-names.ts";
import { type PrivateTexts, privateTextsOf } from "../sanitize/private-texts.ts";
import { isPng } from "../sidecar/png.ts";
import { readSidecar } from "../sidecar/read.ts";
import { detailsFileOf, eventsFileOf, inputsFileOf, namesFileOf, sessionsFileOf } from "../trace/companions.ts";

/** What pages show of the program, or are made of. Tests and their fixtures are in none. */
const SOURCES = ["lib", "experiments", "data/pricing.json", "data/model-windows.json", "package.json"];
const SOURCE = /(?<!\.test|fixture)\.(ts|tsx|sql|md|css|svg|json|js|mjs)$/;
/** Written by Pagefind, the same for every site. */
const SEARCH_SCRIPT = "pagefind/pagefind.js";
const MOST_FILES = 10;
/** Compressed bytes hold shorter words by chance. */
const LEAST_IN_BYTES = 12;
const [MAGIC, MAGIC_AT] = ["DUCK", 8];
const TEXT_COLUMNS = `
  SELECT schema_name AS schema, table_name AS "table", column_name AS "column"
  FROM duckdb_columns()
  WHERE database_name = 'site' AND contains(data_type, 'VARCHAR')`;

export interface CheckedSite {
  /** Folder of the site. */
  readonly site: string;
  /** The trace that was collected, and what was published of it. */
  readonly trace: string;
  readonly published: string;
  readonly keepNames: string | undefined;
}

/**
 * Returns the number of files.
 * @throws UserError that names the files with private texts
 */
export async function checkSite({ site, trace, published, keepNames }: CheckedSite): Promise<number> {
  const texts = await privateTextsOf(filesOf(trace), readText(namesFileOf(trace)) ?? "", filesOf(published));
  for (const kept of readKeptNames(keepNames)) texts.forget(kept);
  await forgetProgram(texts, site);
  const engine = engineFiles();
  const found: string[] = [];
  const files = filesBelow(site);
  for (const file of files) {
    const text = await firstPrivate(path.join(site, file), engine, texts);
    const here = text ?? texts.firstIn(file);
    if (here !== null) found.push(`${file} (${JSON.stringify(here)})`);
  }
  if (found.length > 0) throw new UserError(refusal(found), 1);
  return files.length;
}

function refusal(found: readonly string[]): string {
  const more = found.length > MOST_FILES ? ` and ${found.length - MOST_FILES} more` : "";
  return `Files of the site hold texts of your history, so it must not be published: ${found.slice(0, MOST_FILES).join(", ")}${more}. Put names that may be seen into a file for --keep-names; anything else is a fault of this program, so please report it.`;
}

function filesOf(trace: string): string[] {
  const companions = [sessionsFileOf, detailsFileOf, eventsFileOf, inputsFileOf].map((fileOf) => fileOf(trace));
  return [...companions, trace].filter((file) => fs.existsSync(file));
}

/** What every site shows of the program says nothing about this history. */
async function forgetProgram(texts: PrivateTexts, site: string): Promise<void> {
  for (const source of SOURCES) {
    const place = projectFile(source);
    const files = fs.statSync(place).isDirectory() ? filesBelow(place).map((file) => path.join(place, file)) : [place];
    for (const file of files) if (SOURCE.test(file)) texts.forget(fs.readFileSync(file, "utf8"));
  }
  const names = Object.keys(SCRIPTS).filter((name): name is ScriptName => name in SCRIPTS);
  for (const script of (await pageScripts(names)).values()) texts.forget(Buffer.from(script).toString());
  texts.forget(readText(path.join(site, SEARCH_SCRIPT)) ?? "");
}

/** Hashes of the engine's files, which are the same in every site. */
function engineFiles(): ReadonlySet<string> {
  const files = BROUGHT.filter((file) => file.startsWith("@duckdb/")).map((file) => fs.readFileSync(broughtFile(file)));
  return new Set(files.map((bytes) => sha256(bytes)));
}

/** Unpacked where it is packed. */
async function firstPrivate(file: string, engine: ReadonlySet<string>, texts: PrivateTexts): Promise<string | null> {
  const bytes = await unpacked(file);
  if (engine.has(sha256(bytes))) return null;
  if (!bytes.includes(0)) {
    const text = bytes.toString();
    return texts.firstIn([text, ...(file.endsWith(".js") ? packedTexts(text) : [])].join("\n"));
  }
  const inside = isPng(bytes) ? await textsOfPng(bytes) : isDatabase(bytes) ? await textsOfDatabase(bytes) : [];
  return texts.firstIn(inside.join("\n")) ?? texts.firstIn(bytes.toString("latin1"), LEAST_IN_BYTES);
}

async function unpacked(file: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of unpackStream(fs.createReadStream(file), file)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function textsOfPng(bytes: Buffer): Promise<string[]> {
  return (await readSidecar(bytes)).texts.flatMap(({ keyword, text }) => [keyword, text]);
}

function isDatabase(bytes: Buffer): boolean {
  return bytes.toString("latin1", MAGIC_AT, MAGIC_AT + MAGIC.length) === MAGIC;
}

/** Values of all columns that hold text: the file has them compressed. */
async function textsOfDatabase(bytes: Buffer): Promise<string[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trace-atlas-site-"));
  const file = path.join(fs.realpathSync(folder), "site.duckdb");
  fs.writeFileSync(file, bytes);
  const engine = await NodeEngine.create({}, databaseFiles(file));
  try {
    await engine.run(`ATTACH ${quoteLiteral(file)} AS site (READ_ONLY)`);
    const columns = await engine.rows<{ schema: string; table: string; column: string }>(TEXT_COLUMNS);
    const values = columns.map(({ schema, table, column }) =>
      engine.rows<{ value: string }>(
        `SELECT DISTINCT ${quoteName(column)}::VARCHAR AS value FROM site.${quoteName(schema)}.${quoteName(table)} WHERE value IS NOT NULL`,
      ),
    );
    return (await Promise.all(values)).flat().map(({ value }) => value);
  } finally {
    engine.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function filesBelow(folder: string): string[] {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)));
  return files.map((file) => file.split(path.sep).join("/")).sort();
}
