/** A worker that draws one chart specification from anywhere. Whoever asked ends it when it takes too long. */

import { expressionFunction, pad, parse, View, Warn } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import { messageOf } from "../../../../files/errors.ts";
import { specExcess } from "../../../../render/spec-limits.ts";
import { recordingLogger, refusingLoader } from "../../../../render/strictness.ts";
import { sizeOf } from "../../../../render/vega-untyped.ts";
import type { DrawAnswer, DrawRequest } from "./messages.ts";

/** More than any screen needs, and what every browser's canvas can hold. */
const MAX_PIXELS = 30e6;
const MAX_SIDE_PIXELS = 16_000;
const MAX_SEQUENCE = 100_000;
const MAX_REMARKS = 5;

/** Two functions of the expression language have results that can be much larger than their input. */
expressionFunction("sequence", (start: number, stop?: number, step = 1) => {
  const [first, end] = stop === undefined ? [0, start] : [start, stop];
  const length = Math.max(0, Math.ceil((end - first) / step));
  if (!(length <= MAX_SEQUENCE)) throw new Error(`it makes a sequence of more than ${MAX_SEQUENCE} values`);
  return Array.from({ length }, (_, i) => first + i * step);
});

expressionFunction("pad", (text: unknown, length: number, character?: string, align?: "left" | "center" | "right") => {
  if (!(length <= MAX_SEQUENCE)) throw new Error(`it makes a text of more than ${MAX_SEQUENCE} characters`);
  return pad(String(text), length, character, align);
});

async function draw({ spec: text, scale }: DrawRequest): Promise<DrawAnswer> {
  const spec: TopLevelSpec = JSON.parse(text);
  const excess = specExcess(spec);
  if (excess) return { kind: "refused", sentence: `Its specification ${excess}, so it isn't drawn.` };
  const { logger, complaints } = recordingLogger();
  const { loader, refused } = refusingLoader();
  const compiled = compile(spec, { logger }).spec;
  const view = new View(parse(compiled, undefined, { ast: true }), {
    renderer: "none",
    expr: expressionInterpreter,
    logger,
    logLevel: Warn,
    loader,
  });
  await view.runAsync();
  const [outside] = refused;
  if (outside !== undefined)
    return {
      kind: "refused",
      sentence: `Its specification requests ${JSON.stringify(outside)}; figures are drawn only from their own data.`,
    };
  const { width, height } = sizeOf(view);
  const fitting = fittingScale(width, height, scale);
  if (fitting === null)
    return { kind: "refused", sentence: `It would have ${Math.round(width)} x ${Math.round(height)} px, more than a browser can show.` };
  const canvas: unknown = await view.toCanvas(fitting);
  if (!(canvas instanceof OffscreenCanvas)) throw new TypeError("the chart library gave another kind of canvas");
  return { kind: "drawn", picture: canvas.transferToImageBitmap(), width, height, remarks: complaints.slice(0, MAX_REMARKS) };
}

/** Null for a size that does not fit even at one pixel per CSS pixel. */
function fittingScale(width: number, height: number, wanted: number): number | null {
  const largest = Math.min(Math.sqrt(MAX_PIXELS / (width * height)), MAX_SIDE_PIXELS / Math.max(width, height));
  return largest >= 1 ? Math.min(wanted, largest) : null;
}

addEventListener("message", async ({ data }: MessageEvent<DrawRequest>) => {
  try {
    const answer = await draw(data);
    postMessage(answer, { transfer: answer.kind === "drawn" ? [answer.picture] : [] });
  } catch (error) {
    postMessage({ kind: "refused", sentence: `It can't be drawn: ${messageOf(error)}.` } satisfies DrawAnswer);
  }
});
