/** The database to be built: checked before, written as a draft, moved to its place when it is complete. */
import fs from "node:fs";
import path from "node:path";
import { Draft } from "../../../files/atomic.ts";
import { UserError } from "../../../files/errors.ts";
import { isDuckDb } from "../../duckdb-file.ts";

const REJECTS = ".rejects.csv";

/** A build writes next to the database, and what does not fit in memory next to it or to a temporary folder. */
export class Target {
  readonly file: string;
  /** The database under construction. */
  readonly database: string;
  /** Bad lines, as long as the build is not finished. */
  readonly rejects: string;
  readonly rejectsFile: string;
  /** Spooled records and what the engine moves out of memory. */
  readonly folder: string;
  private readonly draft: Draft;
  private readonly work: Draft;

  private constructor(file: string, tempDirectory: string | undefined) {
    this.file = file;
    this.draft = new Draft(file, { endings: [".wal", REJECTS], flag: "--db" });
    this.work = new Draft(file, { flag: "--db", ...(tempDirectory === undefined ? {} : { folder: tempDirectory }) });
    this.database = this.draft.path;
    this.rejects = this.database + REJECTS;
    this.rejectsFile = file + REJECTS;
    this.folder = this.work.makeFolder();
  }

  /**
   * Checks the place of the database and removes what builds on this host that were killed have left there.
   * @throws UserError when there is a file that is not a DuckDB database, or no folder to write to
   */
  static prepare(db: string, tempDirectory?: string): Target {
    refuseForeign(db);
    const folder = path.dirname(path.resolve(db));
    if (!fs.existsSync(folder))
      throw new UserError(`The folder ${folder} for the database ${path.basename(db)} does not exist. Create it first.`);
    return new Target(fs.existsSync(db) ? fs.realpathSync(db) : path.resolve(db), tempDirectory);
  }

  /** Moves the database, and the list of bad lines, to its place. */
  publish(hasRejects: boolean): void {
    if (hasRejects) fs.renameSync(this.rejects, this.rejectsFile);
    else fs.rmSync(this.rejectsFile, { force: true });
    // A log that an older database left behind would be replayed into the new one.
    fs.rmSync(`${this.file}.wal`, { force: true });
    this.draft.publish();
    this.discard();
  }

  /** Removes everything that is not in its place. */
  discard(): void {
    this.draft.discard();
    this.work.discard();
  }
}

/** @throws UserError for something that is there and not a DuckDB database */
export function refuseForeign(db: string): void {
  const stat = fs.statSync(db, { throwIfNoEntry: false });
  if (!stat) return;
  if (stat.isDirectory())
    throw new UserError(`${db} is a folder. Give the database a file name, for example ${path.join(db, "trace.duckdb")}.`);
  if (stat.size > 0 && !isDuckDb(db))
    throw new UserError(`${db} exists and is not a DuckDB database, so it is not overwritten. Remove it or choose another name.`);
}
