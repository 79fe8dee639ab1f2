/**
 * Texts that a spreadsheet would run as formulas: see https://owasp.org/www-community/attacks/CSV_Injection. Patterns are
 * those of JavaScript and of the database engine alike.
 */
export const FORMULA = "^[=+\\-@\\t\\r\\n＝＋－＠]";
export const SIGNED_NUMBER = "^[+\\-][0-9]+(\\.[0-9]+)?([eE][+\\-]?[0-9]+)?$";

const [formula, signedNumber] = [new RegExp(FORMULA), new RegExp(SIGNED_NUMBER)];

/** The text with an apostrophe in front if a spreadsheet would run it; numbers stay numbers. */
export function spreadsheetText(text: string): string {
  return formula.test(text) && !signedNumber.test(text) ? `'${text}` : text;
}
