/**
 * What a terminal acts on and what nobody sees: controls, half characters, separators of lines, characters that change the
 * direction of text or show nothing. The two that choose between text and emoji style do no harm.
 */
const UNPRINTABLE = /(?![\ufe0e\ufe0f])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/gu;

/** Text from anywhere on one line that can't steer a terminal or hide anything: ESC becomes `\u{1b}`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
