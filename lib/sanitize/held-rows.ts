/** Rows that nobody may see before all of them have passed. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { Draft } from "../files/atomic.ts";
import { codeOf } from "../files/errors.ts";
import { OWNER_ONLY_FILE } from "../files/place.ts";
import type { Writer } from "../files/writer.ts";

const EVERYBODY = 0o666;

/** A hidden file, readable by its owner only, until it is published or discarded. */
export class HeldRows {
  private readonly target: string;
  private draft: Draft;
  private readonly writer: Writer;

  /** @param target the file that is to come of it; null for rows that go to a stream */
  constructor(target: string | null) {
    this.target = target ?? path.join(os.tmpdir(), "sanitize.jsonl");
    this.draft = new Draft(this.target, { flag: target === null ? "TMPDIR" : "--output" });
    this.writer = this.draft.open(OWNER_ONLY_FILE);
  }

  writeLine(line: string): void {
    this.writer.write(line);
    this.writer.write("\n");
  }

  /** The file with all rows, which takes no more. */
  seal(): string {
    this.writer.close();
    return this.draft.path;
  }

  /** A reader that has seen enough is not a failure. */
  async copyTo(stream: NodeJS.WritableStream): Promise<void> {
    try {
      await pipeline(fs.createReadStream(this.draft.path), stream, { end: false });
    } catch (error) {
      if (codeOf(error) !== "EPIPE") throw error;
    }
  }

  /** Packs the file if the target's name ends in `.gz`, so that `publish` only has to rename. */
  async finish(): Promise<void> {
    if (!this.target.endsWith(".gz")) return;
    const plain = this.draft;
    this.draft = new Draft(this.target);
    const packed = fs.createWriteStream(this.draft.path, { flags: "wx", mode: OWNER_ONLY_FILE });
    try {
      await pipeline(fs.createReadStream(plain.path), createGzip(), packed);
    } finally {
      plain.discard();
    }
  }

  /** The file gets its name and the access that new files have. */
  publish(): void {
    fs.chmodSync(this.draft.path, EVERYBODY & ~process.umask());
    this.draft.publish();
  }

  discard(): void {
    this.writer.abandon();
    this.draft.discard();
  }
}
