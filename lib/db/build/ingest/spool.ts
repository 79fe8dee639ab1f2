/** Puts the records of one table down as JSON lines, in files that the engine can read with all its threads. */
import fs from "node:fs";
import path from "node:path";
import { RecordWriter } from "./record-writer.ts";

const LINE_FEED = 10;

export interface Part {
  readonly file: string;
  readonly handle: number;
  bytes: number;
  longestRecord: number;
}

export class Spool {
  private readonly folder: string;
  private readonly name: string;
  private readonly rowsPerPart: number;
  private readonly onPart: (part: Part) => void;
  private readonly records = new RecordWriter(LINE_FEED, (bytes) => this.writeOut(bytes));
  private part: Part;
  private readonly free: Part[] = [];
  private readonly all: Part[] = [];

  /** @param onPart receives each part when it has its rows, and hands it back with `reuse` */
  constructor(folder: string, name: string, rowsPerPart: number, onPart: (part: Part) => void) {
    this.folder = folder;
    this.name = name;
    this.rowsPerPart = rowsPerPart;
    this.onPart = onPart;
    this.part = this.nextPart();
  }

  /** As `Sink` has it. */
  write(...record: Parameters<RecordWriter["write"]>): void {
    this.records.write(...record);
    if (this.records.rows === this.rowsPerPart) this.handOver();
  }

  /** Hands over what is left. */
  end(): void {
    if (this.records.rows > 0) this.handOver();
  }

  reuse(part: Part): void {
    this.free.push(part);
  }

  close(): void {
    for (const part of this.all.splice(0)) fs.closeSync(part.handle);
  }

  private handOver(): void {
    this.records.flush();
    const { bytes, longestRecord } = this.records;
    const full = Object.assign(this.part, { bytes, longestRecord });
    fs.ftruncateSync(full.handle, bytes);
    this.records.clear();
    this.part = this.nextPart();
    this.onPart(full);
  }

  /** Files are overwritten rather than created again, which spares the system clearing their pages. */
  private nextPart(): Part {
    const used = this.free.pop();
    if (used) return used;
    const file = path.join(this.folder, `${this.name}.${this.all.length}.jsonl`);
    const part = { file, handle: fs.openSync(file, "w"), bytes: 0, longestRecord: 0 };
    this.all.push(part);
    return part;
  }

  private writeOut(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; )
      done += fs.writeSync(this.part.handle, bytes, done, bytes.length - done, this.records.bytes + done);
  }
}
