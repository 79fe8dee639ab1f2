/**
 * What a terminal acts on and what nobody sees: controls, half characters, separators of lines, characters that change the
 * direction of text or show nothing. The two that choose between text and emoji style do no harm.
 */
const UNPRINTABLE = /(?![\ufe0e\ufe0f])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/gu;

/** Text from anywhere on one line that can't steer a terminal or hide anything: ESC becomes `\u{1b}`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/** The same for a text of several lines: line ends and tabs stay. */
export function printableText(text: string): string {
  return text.replace(UNPRINTABLE, (character) => (character === "\n" || character === "\t" ? character : escaped(character)));
}

/** JSON of the same value without such characters. */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE, (character) => (character === "\n" ? character : character.split("").map(jsonEscape).join("")));
}

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

function jsonEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
