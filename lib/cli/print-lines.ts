/** Prints the lines of commands that answer in text. */
import { print } from "../files/say.ts";
import type { TextLine } from "../report/lines.ts";

export const LINE_STYLES: Readonly<Record<TextLine["kind"], Parameters<typeof print>[1]>> = {
  title: "bold",
  heading: "bold",
  head: "cyan",
  rule: "gray",
  row: undefined,
  part: "gray",
  total: "yellow",
  note: undefined,
  advice: "yellow",
};

export function printLines(lines: readonly TextLine[]): void {
  for (const { kind, text } of lines) {
    if (kind === "heading" || kind === "advice") print("");
    print(text, LINE_STYLES[kind]);
  }
}
