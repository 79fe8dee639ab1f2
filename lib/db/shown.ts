import { printable } from "../files/printable.ts";

const SHOWN_CHARACTERS = 80;

/** A name or type from outside, as messages print it: on one line, long ones cut. */
export function shown(name: string): string {
  return printable(name.length > SHOWN_CHARACTERS ? `${name.slice(0, SHOWN_CHARACTERS)}…` : name);
}
