/** Finds names in text however they are spelled. */
import { bytesOf, concat, textOf } from "../files/bytes.ts";

/** Letters of other scripts that look like those of English; NFKC has made full-width and styled ones plain before. */
const LOOK_ALIKES: ReadonlyMap<string, string> = new Map(
  [
    ...["aаαɑ", "bЬьƄ", "cсϲ", "dԁ", "eеєε", "gɡ", "hһհ", "iіıιɩ", "jјϳ", "kкκ", "lӏ1|", "mм", "nոη"],
    ...["oоοօøσ0", "pрρ", "qԛ", "rг", "sѕ", "tтτ", "uսυ", "vνѵ", "wԝω", "xхχ", "yуγү", "zᴢ"],
  ].flatMap(([letter = "", ...others]) => others.map((other): [string, string] => [other, letter])),
);
/** Shorter names are looked for as whole words: as a part they are in many. */
const MIN_PART_LENGTH = 4;
const MIN_LENGTH = 2;
/** Shorter pieces of base64 are in too many texts. */
const MIN_BASE64 = 5;
/** Escapes within escapes. */
const MAX_UNESCAPED = 3;

export class NameSearch {
  private readonly parts: readonly string[];
  private readonly words: ReadonlySet<string>;
  private readonly base64: readonly string[];

  constructor(names: Iterable<string>) {
    const given = [...new Set(names)].filter((name) => /\p{L}/u.test(name));
    const folded = [...new Set(given.map(fold))].filter((name) => name.length >= MIN_LENGTH);
    this.parts = folded.filter((name) => name.length >= MIN_PART_LENGTH);
    this.words = new Set(folded.filter((name) => name.length < MIN_PART_LENGTH));
    this.base64 = [...new Set(given.flatMap(casings).flatMap(base64Pieces))];
  }

  isIn(text: string): boolean {
    return unescapings(text).some((spelling) => this.isSpelled(spelling));
  }

  private isSpelled(text: string): boolean {
    const folded = fold(text);
    if (this.parts.some((name) => folded.includes(name))) return true;
    const words = text.normalize("NFKC").split(/[^\p{L}\p{M}\p{N}]+/u);
    if (words.some((word) => this.words.has(fold(word)))) return true;
    const plain = text.replaceAll("-", "+").replaceAll("_", "/");
    return this.base64.some((piece) => plain.includes(piece));
  }
}

/** Lower-case letters and digits without accents, look-alikes, invisible characters and all that separates words. */
export function fold(text: string): string {
  const plain = text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}|]/gu, "");
  return [...plain].map((letter) => LOOK_ALIKES.get(letter) ?? letter).join("");
}

/** The text, and what it is without escapes of JSON, JavaScript, HTML and addresses. */
export function unescapings(text: string): string[] {
  const all = [text];
  for (let last = text; all.length <= MAX_UNESCAPED; all.push(last)) {
    const plain = unescaped(last);
    if (plain === last) break;
    last = plain;
  }
  return all;
}

function unescaped(text: string): string {
  return text
    .replaceAll(/(?:%[0-9a-f]{2})+/gi, (bytes) => textOf(Uint8Array.from(bytes.slice(1).split("%"), (pair) => Number.parseInt(pair, 16))))
    .replaceAll(/\\+(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|x([0-9a-f]{2}))/gi, (_, braced, four, two) =>
      character(braced ?? four ?? two, 16),
    )
    .replaceAll(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));?/gi, (_, hex, decimal) => (hex ? character(hex, 16) : character(decimal, 10)));
}

function character(digits: string, base: number): string {
  const code = Number.parseInt(digits, base);
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}

function casings(name: string): string[] {
  const lower = name.toLowerCase();
  return [name, lower, lower.toUpperCase(), lower.charAt(0).toUpperCase() + lower.slice(1)];
}

/** What base64 makes of a name behind 0, 1 and 2 other bytes, without the symbols that these and what follows take part in. */
function base64Pieces(name: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = concat([new Uint8Array(before), bytesOf(name)]);
    const piece = btoa(String.fromCharCode(...bytes)).slice(Math.ceil((before * 4) / 3), Math.floor((bytes.length * 4) / 3));
    return piece.length >= MIN_BASE64 ? [piece] : [];
  });
}
