/** Rows that may not be seen before all have passed. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { UserError } from "../files/errors.ts";

const BUFFER_CHARS = 1 << 20;
const OWNER_ONLY = 0o600;
const EVERYBODY = 0o666;

/** A temporary file, readable by its owner only. It is removed whatever becomes of it, at the latest when the process ends. */
export class Spool {
  private readonly file: string;
  private readonly handle: number;
  private lines: string[] = [];
  private chars = 0;
  private isOpen = true;
  private readonly remove = () => fs.rmSync(this.file, { force: true });

  private constructor(file: string) {
    this.file = file;
    this.handle = create(file);
    process.once("exit", this.remove);
  }

  /** Beside the file that is to come of it, so that it can become that by its name alone. */
  static beside(target: string): Spool {
    return new Spool(partialOf(target));
  }

  static inTemporaryFolder(): Spool {
    return new Spool(path.join(os.tmpdir(), `sanitize-${process.pid}-${process.hrtime.bigint()}.jsonl`));
  }

  writeLine(line: string): void {
    this.lines.push(line, "\n");
    this.chars += line.length;
    if (this.chars >= BUFFER_CHARS) this.flush();
  }

  /** A reader that has seen enough is no failure. */
  async copyTo(stream: NodeJS.WritableStream): Promise<void> {
    this.flush();
    try {
      await pipeline(this.content(), stream, { end: false });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
    }
  }

  /** Everything on disk and packed if the target's name ends in `.gz`; what is left is `publish`. */
  async finish(target: string): Promise<Finished> {
    this.flush();
    fs.fsyncSync(this.handle);
    if (!target.endsWith(".gz")) return this;
    const packed = new Spool(partialOf(`${target}.packed`));
    try {
      await pipeline(this.content(), createGzip(), fs.createWriteStream("", { fd: packed.handle, autoClose: false }));
      fs.fsyncSync(packed.handle);
    } catch (error) {
      packed.discard();
      throw error;
    }
    this.discard();
    return packed;
  }

  /** Gives the file its name and the access that new files have. */
  publish(target: string): void {
    fs.fchmodSync(this.handle, EVERYBODY & ~process.umask());
    this.close();
    fs.renameSync(this.file, target);
    process.off("exit", this.remove);
  }

  discard(): void {
    this.close();
    this.remove();
    process.off("exit", this.remove);
  }

  private content(): fs.ReadStream {
    return fs.createReadStream("", { fd: this.handle, start: 0, autoClose: false });
  }

  private flush(): void {
    if (this.lines.length > 0) fs.writeFileSync(this.handle, this.lines.join(""));
    this.lines = [];
    this.chars = 0;
  }

  private close(): void {
    if (this.isOpen) fs.closeSync(this.handle);
    this.isOpen = false;
  }
}

export type Finished = Pick<Spool, "publish" | "discard">;

function partialOf(target: string): string {
  return path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.partial`);
}

function create(file: string): number {
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    return fs.openSync(file, "wx+", OWNER_ONLY);
  } catch (error) {
    throw new UserError(`Can't write to ${path.dirname(file)} (${(error as NodeJS.ErrnoException).code}); choose another place.`, 1, {
      cause: error,
    });
  }
}
