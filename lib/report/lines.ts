/** Lines of the commands that are about sessions. */
import { printable } from "../files/printable.ts";
import type { LineKind } from "./layout.ts";
import type { Session } from "./usage.ts";

export interface TextLine {
  readonly kind: LineKind | "title" | "heading" | "note" | "advice";
  readonly text: string;
}

export function note(text: string): TextLine {
  return { kind: "note", text };
}

/** Nothing for a section without lines. */
export function section(heading: string, lines: readonly TextLine[]): TextLine[] {
  return lines.length === 0 ? [] : [{ kind: "heading", text: heading }, ...lines];
}

/** Title and project of a session as far as transcripts have them, for a terminal. */
export function titleAndProject(about: Session | null | undefined): string[] {
  return [about?.title, about?.project].flatMap((text) => (typeof text === "string" && text !== "" ? [printable(text)] : []));
}
