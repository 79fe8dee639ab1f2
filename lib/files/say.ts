/** All that the program prints. Names, keys and messages come from anywhere, so nothing passes to a terminal as it is. */
import { Transform, type Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { styleText } from "node:util";
import { printable, printableJson, printableText } from "./printable.ts";

/** Progress, reports and problems go to standard error; data go to standard output. */
export function say(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

/** A message that may have several lines, such as that of a query that failed. */
export function sayMessage(message: string): void {
  process.stderr.write(`${indented(message)}\n`);
}

/** Lines after the first can't pass for lines of ours. */
export function indented(message: string): string {
  return printableText(message).replaceAll("\n", "\n  ");
}

/** A line of a result, in a style where the terminal has colors and its user wants them (`NO_COLOR`, `FORCE_COLOR`). */
export function print(line: string, style?: Parameters<typeof styleText>[0]): void {
  const safe = printable(line);
  process.stdout.write(`${style === undefined ? safe : styleText(style, safe, { stream: process.stdout })}\n`);
}

export function printJson(value: unknown): void {
  process.stdout.write(`${printableJson(JSON.stringify(value, null, 2))}\n`);
}

/** Standard output for data, which other programs get as they are. */
export function dataOutput(stream: NodeJS.WriteStream = process.stdout): Writable {
  if (!stream.isTTY) return stream;
  const decoder = new StringDecoder("utf8");
  const shown = new Transform({ transform: (bytes, _, done) => done(null, printableText(decoder.write(bytes))) });
  shown.pipe(stream, { end: false });
  return shown;
}
