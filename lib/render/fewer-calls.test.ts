import { createCanvas } from "canvas";
import fc from "fast-check";
import { expect, it } from "vitest";
import { withFewerCalls } from "./fewer-calls.ts";

const SIZE = 8;
const step = fc.oneof(
  fc.record({ style: fc.constant("fillStyle" as const), value: fc.constantFrom("#d00", "#0d0", "no color") }),
  fc.record({ style: fc.constant("strokeStyle" as const), value: fc.constantFrom("#00d", "#000") }),
  fc.record({ style: fc.constant("globalAlpha" as const), value: fc.constantFrom(0.2, 1) }),
  fc.record({ style: fc.constant("lineWidth" as const), value: fc.constantFrom(1, 3) }),
  fc.record({
    style: fc.constant("globalCompositeOperation" as const),
    value: fc.constantFrom("source-over" as const, "multiply" as const),
  }),
  fc.constantFrom("save" as const, "restore" as const),
  fc.record({ x: fc.nat(SIZE), y: fc.nat(SIZE) }),
);

it("draws what the canvas itself draws", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const [plain, fewer] = [createCanvas(SIZE, SIZE).getContext("2d"), withFewerCalls(createCanvas(SIZE, SIZE).getContext("2d"))];
      for (const context of [plain, fewer])
        for (const each of steps) {
          if (each === "save") context.save();
          else if (each === "restore") context.restore();
          else if ("style" in each) Object.assign(context, { [each.style]: each.value });
          else {
            context.fillRect(each.x, each.y, 4, 4);
            context.strokeRect(each.x, each.y, 4, 4);
          }
        }
      const pixelsOf = (context: typeof plain) => [...context.getImageData(0, 0, SIZE, SIZE).data];
      expect(pixelsOf(fewer)).toEqual(pixelsOf(plain));
      expect(fewer.fillStyle).toBe(plain.fillStyle);
    }),
  );
});
