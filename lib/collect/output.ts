/** Files that are written together and appear when all of them are whole. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { isAlive } from "../files/alive.ts";
import { UserError } from "../files/errors.ts";
import { writeFully } from "./state.ts";

const BUFFER_CHARS = 1 << 20;

export interface OutputFile {
  write(content: Uint8Array | string): void;
}

/**
 * Writes beside the targets; `commit` syncs and renames. What an earlier process of this machine left unfinished is removed.
 * Call `discard` when it does not come to that; the end of the process does so too.
 */
export class OutputFiles {
  private readonly files: PartialFile[] = [];
  private readonly onExit = () => this.discard();

  constructor() {
    process.once("exit", this.onExit);
  }

  /** @throws UserError when the file can't be written there */
  open(target: string): OutputFile {
    try {
      fs.mkdirSync(path.dirname(target), { recursive: true });
      removeLeftovers(target);
      const file = new PartialFile(target);
      this.files.push(file);
      return file;
    } catch (error) {
      throw new UserError(`Can't write ${target} (${(error as NodeJS.ErrnoException).code}); give another file with --output.`, 1, {
        cause: error,
      });
    }
  }

  commit(): void {
    for (const file of this.files) file.complete();
    for (const file of this.files) file.appear();
    this.discard();
  }

  discard(): void {
    process.off("exit", this.onExit);
    for (const file of this.files.splice(0)) file.remove();
  }
}

class PartialFile implements OutputFile {
  readonly target: string;
  private readonly partial: string;
  private handle: number | null;
  private texts: string[] = [];
  private textChars = 0;

  constructor(target: string) {
    this.target = target;
    this.partial = path.join(path.dirname(target), partialName(target, os.hostname(), process.pid));
    this.handle = fs.openSync(this.partial, "w");
  }

  write(content: Uint8Array | string): void {
    if (typeof content !== "string") {
      this.flush();
      writeFully(this.handle as number, content);
      return;
    }
    this.texts.push(content);
    this.textChars += content.length;
    if (this.textChars > BUFFER_CHARS) this.flush();
  }

  complete(): void {
    this.flush();
    fs.fsyncSync(this.handle as number);
    this.close();
  }

  appear(): void {
    fs.renameSync(this.partial, this.target);
  }

  remove(): void {
    this.close();
    fs.rmSync(this.partial, { force: true });
  }

  private flush(): void {
    if (this.texts.length > 0) writeFully(this.handle as number, Buffer.from(this.texts.join("")));
    this.texts = [];
    this.textChars = 0;
  }

  private close(): void {
    if (this.handle !== null) fs.closeSync(this.handle);
    this.handle = null;
  }
}

function partialName(target: string, host: string, process: number | string): string {
  return `.${path.basename(target)}.${host}.${process}.partial`;
}

/** Of processes of this machine that have ended. */
function removeLeftovers(target: string): void {
  const [before, after] = partialName(target, os.hostname(), "\0").split("\0") as [string, string];
  for (const name of fs.readdirSync(path.dirname(target))) {
    if (!name.startsWith(before) || !name.endsWith(after)) continue;
    const owner = Number(name.slice(before.length, -after.length));
    if (Number.isInteger(owner) && !isAlive(owner)) fs.rmSync(path.join(path.dirname(target), name), { force: true });
  }
}
