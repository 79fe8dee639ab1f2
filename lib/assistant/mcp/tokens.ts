/** How many tokens a text or picture is for a model, by one rule: four bytes of UTF-8 a token, and 750 pixels. Real counts depend on the model. */

const BYTES = 4;
const PIXELS = 750;

export function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES);
}

export function pictureTokens(width: number, height: number): number {
  return Math.ceil((width * height) / PIXELS);
}
