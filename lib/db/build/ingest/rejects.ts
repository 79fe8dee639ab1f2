/** The lines that a build left out: a count by reason, the first ones, and all of them in a CSV file. */
import fs from "node:fs";
import { textOf } from "../../../files/bytes.ts";
import { csvLine } from "../../../files/csv.ts";
import { writeFully } from "../../../files/writer.ts";
import type { BadLine, BadReason } from "./bad-line.ts";

const SHOWN_FIRST = 5;
const EXCERPT_CHARACTERS = 200;
const COLUMNS = ["file", "line", "reason", "excerpt"];

export interface RejectedLine {
  readonly file: string;
  readonly line: number;
  readonly reason: BadReason;
  readonly detail: string;
}

export interface BadLines {
  readonly count: number;
  readonly reasons: Readonly<Partial<Record<BadReason, number>>>;
  readonly first: readonly RejectedLine[];
}

export class Rejects {
  private readonly file: string;
  private count = 0;
  private readonly reasons: Partial<Record<BadReason, number>> = {};
  private readonly first: RejectedLine[] = [];
  private handle: number | null = null;

  constructor(file: string) {
    this.file = file;
  }

  add(file: string, line: number, bad: BadLine, text: Uint8Array): void {
    this.count++;
    this.reasons[bad.reason] = (this.reasons[bad.reason] ?? 0) + 1;
    if (this.first.length < SHOWN_FIRST) this.first.push({ file, line, reason: bad.reason, detail: bad.detail });
    this.handle ??= this.open();
    write(this.handle, [file, line, bad.reason, excerpt(text)]);
  }

  /** Syncs and closes the file; returns whether there is one. */
  close(): boolean {
    if (this.handle === null) return false;
    fs.fsyncSync(this.handle);
    fs.closeSync(this.handle);
    this.handle = null;
    return true;
  }

  summary(): BadLines {
    return { count: this.count, reasons: this.reasons, first: this.first };
  }

  private open(): number {
    const handle = fs.openSync(this.file, "w");
    write(handle, COLUMNS);
    return handle;
  }
}

function write(handle: number, cells: readonly (string | number)[]): void {
  writeFully(handle, Buffer.from(csvLine(cells)));
}

function excerpt(text: Uint8Array): string {
  const characters = [...textOf(text.subarray(0, EXCERPT_CHARACTERS * 4))];
  return characters.length > EXCERPT_CHARACTERS ? `${characters.slice(0, EXCERPT_CHARACTERS).join("")}…` : characters.join("");
}
