/** JSON of transcripts: parsed so that sizes and digits survive. */

/** A number whose digits a JavaScript number would not keep: `1.0`, `1e400`, `NaN`, integers beyond 2^53. */
export class RawNumber {
  constructor(readonly text: string) {}
}

/** A string too long to be kept; only its sizes are known. */
export class LongString {
  constructor(
    /** Unicode code points. */
    readonly chars: number,
    /** Code points of its JSON spelling, quotes included. */
    readonly jsonChars: number,
  ) {}
}

export type Json = null | boolean | number | string | RawNumber | LongString | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}
