import type { SKRSContext2D } from "canvas";

const STYLES = [
  "fillStyle",
  "strokeStyle",
  "globalAlpha",
  "globalCompositeOperation",
  "lineWidth",
  "lineCap",
  "lineJoin",
  "miterLimit",
  "lineDashOffset",
] as const;

/**
 * The same context, which passes a style on only when it changes. Vega sets all styles again for each mark, and a call of the
 * canvas takes much longer than a comparison.
 */
export function withFewerCalls(context: SKRSContext2D): SKRSContext2D {
  const { restore } = context;
  const state = { restored: 0 };
  for (const style of STYLES) passOnChanges(context, style, state);
  context.restore = () => {
    state.restored++;
    restore.call(context);
  };
  return context;
}

function passOnChanges(context: SKRSContext2D, style: (typeof STYLES)[number], state: { readonly restored: number }): void {
  const prototype: object = Object.getPrototypeOf(context);
  let passedOn: unknown;
  let restored = -1;
  Object.defineProperty(context, style, {
    get: () => Reflect.get(prototype, style, context),
    set: (value: unknown) => {
      if (value === passedOn && restored === state.restored) return;
      Reflect.set(prototype, style, value, context);
      passedOn = value;
      restored = state.restored;
    },
  });
}
