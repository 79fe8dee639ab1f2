import sharp from "sharp";

/** Keeps a foreign image from asking for more memory than the machine has. */
const MAX_PIXELS = 120e6;

/** Compares two images pixel by pixel as 8-bit RGBA. Throws when one can't be decoded. */
export async function comparePixels(original: Uint8Array, drawn: Uint8Array): Promise<{ same: boolean; text: string }> {
  const [a, b] = [await decode(original), await decode(drawn)];
  if (a.width !== b.width || a.height !== b.height)
    return { same: false, text: `different: the original has ${a.width} x ${a.height} px, the new one ${b.width} x ${b.height} px` };
  if (Buffer.compare(a.data, b.data) === 0) return { same: true, text: `same: all ${a.width * a.height} pixels are equal` };
  const { pixels, largest } = difference(a.data, b.data);
  return { same: false, text: `different: ${pixels} of ${a.width * a.height} pixels, by at most ${largest} of 255` };
}

async function decode(png: Uint8Array): Promise<{ data: Buffer; width: number; height: number }> {
  const { data, info } = await sharp(png, { limitInputPixels: MAX_PIXELS })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

function difference(a: Buffer, b: Buffer): { pixels: number; largest: number } {
  let [pixels, largest] = [0, 0];
  for (let i = 0; i < a.length; i += 4) {
    const gap = Math.max(...[0, 1, 2, 3].map((channel) => Math.abs((a[i + channel] ?? 0) - (b[i + channel] ?? 0))));
    if (gap > 0) pixels++;
    if (gap > largest) largest = gap;
  }
  return { pixels, largest };
}
