import fc from "fast-check";

const SURROGATES = [0xd800, 0xe000] as const;

/** As the unit `binary` of fast-check, which takes a second of each process to list all code points. */
const codePoint = fc
  .nat(0x10ffff - (SURROGATES[1] - SURROGATES[0]))
  .map((place) => String.fromCodePoint(place < SURROGATES[0] ? place : place + SURROGATES[1] - SURROGATES[0]));

/** Text of any code points but lone surrogates. */
export function anyText(limits: Pick<fc.StringConstraints, "minLength" | "maxLength"> = {}): fc.Arbitrary<string> {
  return fc.string({ ...limits, unit: codePoint });
}
