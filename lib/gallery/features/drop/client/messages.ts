/** What the page and its two workers say to each other: plain data, all of it made from a file that may come from anyone. */
import type { FigureRecord } from "../../../../sidecar/manifest.ts";
import type { Check } from "../../../../sidecar/verify.ts";

/** A README as elements of few kinds; text is text. */
export type ReadmePart = string | ReadmeElement;

export interface ReadmeElement {
  readonly tag: string;
  /** Of links: an address on the web. */
  readonly href?: string;
  readonly parts: readonly ReadmePart[];
}

export interface TableHead {
  readonly columns: readonly { readonly name: string; readonly numeric: boolean }[];
  /** At most `SHOWN_ROWS`. */
  readonly rows: readonly (readonly string[])[];
  /** In the whole table. */
  readonly rowCount: number;
}

export type EntryKind = "readme" | "table" | "spec" | "code" | "other";

export interface OpenedEntry {
  /** Without prefix. */
  readonly key: string;
  readonly kind: EntryKind;
  /** Where it is unpacked to; null when its name must not become that of a file, and `refused` says why. */
  readonly path: string | null;
  readonly refused: string | null;
  readonly text: string;
  /** The text only describes what was too long to travel. */
  readonly isStub: boolean;
  /** Of tables that are there whole. */
  readonly table: TableHead | null;
}

export interface OpenedFigure {
  readonly kind: "opened";
  /** Raster pixels, as the header says. */
  readonly size: { readonly width: number; readonly height: number } | null;
  /** A sound picture without a trace of a sidecar. */
  readonly isStripped: boolean;
  readonly record: Partial<FigureRecord>;
  readonly checks: readonly Check[];
  /** Without one there is nothing to check the texts against. */
  readonly hasManifest: boolean;
  /** By kind, in the order of `EntryKind`. */
  readonly entries: readonly OpenedEntry[];
  /** Texts of other programs. */
  readonly others: readonly { readonly keyword: string; readonly text: string }[];
  /** The figure's id, also where only a trace of it is left. */
  readonly id: { readonly id: string; readonly where: string } | null;
  readonly readme: readonly ReadmePart[] | null;
  /** What is wrong with the file itself; empty when it is whole. */
  readonly problems: readonly string[];
}

export interface Refusal {
  readonly kind: "refused";
  /** One sentence. */
  readonly sentence: string;
  /** Of a drawing that was saved as SVG: the figure's id in its footer, and the name of the file without its ending. */
  readonly drawing?: { readonly id: string | null; readonly name: string };
}

export type ReaderAnswer = OpenedFigure | Refusal;

export interface DrawRequest {
  readonly spec: string;
  /** Raster pixels per CSS pixel. */
  readonly scale: number;
}

export type DrawAnswer =
  | {
      readonly kind: "drawn";
      readonly picture: ImageBitmap;
      readonly width: number;
      readonly height: number;
      readonly remarks: readonly string[];
    }
  | Refusal;
