import fc from "fast-check";
import { expect, it } from "vitest";
import { readBlocks } from "./lines.ts";

async function* cutAt(text: string, sizes: readonly number[]): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let from = 0, i = 0; from < bytes.length; i++) {
    const to = from + (sizes[i % sizes.length] as number);
    yield bytes.subarray(from, to);
    from = to;
  }
}

async function linesOf(text: string, sizes: readonly number[], maxLineBytes?: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const { bytes, cut } of readBlocks(cutAt(text, sizes), maxLineBytes)) {
    if (cut) lines.push("CUT");
    else lines.push(...bytes.toString().slice(0, -1).split("\n"));
  }
  return lines;
}

it("gives the same lines however the bytes arrive", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.stringMatching(/^[ab\r]{0,8}$/)),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      fc.boolean(),
      async (lines, sizes, closed) => {
        const text = lines.join("\n") + (closed && lines.length > 0 ? "\n" : "");
        const expected = text === "" ? [] : text.replace(/\n$/, "").split("\n");
        expect(await linesOf(text, sizes)).toEqual(expected);
      },
    ),
  );
});

it("hands out the beginning of a line that is too long once and goes on after it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(60)), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), async (lengths, sizes) => {
      const text = lengths.map((length) => `${"x".repeat(length)}\n`).join("");
      const lines = await linesOf(text, sizes, 20);
      expect(lines.length).toBe(lengths.length);
      for (const [i, length] of lengths.entries()) {
        if (lines[i] === "CUT") expect(length).toBeGreaterThan(20);
        else expect(lines[i]).toBe("x".repeat(length));
        // Up to one piece may be read beyond the limit before it is noticed.
        if (length > 20 + 9) expect(lines[i]).toBe("CUT");
      }
    }),
  );
});
