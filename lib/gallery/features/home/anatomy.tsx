/** @jsxRuntime automatic @jsxImportSource preact */

interface Step {
  readonly trigger: "user" | "tool";
  /** Heights in the drawing's units. */
  readonly prefix: number;
  readonly append: number;
}

/** A made-up session of two requests: the cache is warm within each and cold when the person comes back late. */
const REQUESTS: readonly (readonly Step[])[] = [
  [
    { trigger: "user", prefix: 0, append: 44 },
    { trigger: "tool", prefix: 44, append: 14 },
    { trigger: "tool", prefix: 58, append: 20 },
    { trigger: "tool", prefix: 78, append: 10 },
  ],
  [
    { trigger: "user", prefix: 30, append: 66 },
    { trigger: "tool", prefix: 96, append: 16 },
    { trigger: "tool", prefix: 112, append: 12 },
  ],
];

const WIDTH = 500;
const HEIGHT = 228;
const BASE_Y = 200;
const STEP_X = 56;
const BAR_WIDTH = 40;
const LEFT_X = 8;
const PAUSE_X = 62;

const placed = REQUESTS.map((steps, request) => {
  const before = REQUESTS.slice(0, request).flat().length;
  return steps.map((step, i) => ({ ...step, x: LEFT_X + (before + i) * STEP_X + request * PAUSE_X }));
});
const right = (placed.at(-1)?.at(-1)?.x ?? 0) + BAR_WIDTH;

/** The terms of the glossary in one drawing. Not data: heights are chosen to be visible. */
export function Anatomy() {
  return (
    <svg class="anatomy" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby="anatomy-title anatomy-text">
      <title id="anatomy-title">A session, drawn</title>
      <desc id="anatomy-text">
        A bracket marks the session. Below it are seven bars, one for each agent step, in two groups, one for each request. The first step
        of a request is user-initiated, the others are tool-triggered. Each bar is the input of its step: the prefix below, the append on
        top. Within a request the prefix grows and the append is small; after a long pause the second request starts with a short prefix and
        a large append.
      </desc>
      <Bracket from={LEFT_X} to={right} y={22} label="session" />
      {placed.map((steps, i) => (
        <g key={i}>
          <Bracket from={(steps[0]?.x ?? 0) - 4} to={(steps.at(-1)?.x ?? 0) + BAR_WIDTH + 4} y={50} label={`request ${i + 1}`} />
          {steps.map((step) => (
            <Bar key={step.x} {...step} />
          ))}
        </g>
      ))}
      <line class="anatomy-axis" x1={LEFT_X - 8} x2={right + 8} y1={BASE_Y} y2={BASE_Y} />
      <text class="anatomy-note" x={LEFT_X + 4 * STEP_X + PAUSE_X / 2 - 8} y={BASE_Y - 10}>
        pause
      </text>
    </svg>
  );
}

function Bracket({ from, to, y, label }: { readonly from: number; readonly to: number; readonly y: number; readonly label: string }) {
  return (
    <>
      <path class="anatomy-bracket" d={`M${from} ${y + 7}V${y}H${to}V${y + 7}`} />
      <text class="anatomy-name" x={(from + to) / 2} y={y - 6}>
        {label}
      </text>
    </>
  );
}

function Bar({ x, prefix, append, trigger }: Step & { readonly x: number }) {
  return (
    <>
      <rect class="anatomy-prefix" x={x} y={BASE_Y - prefix} width={BAR_WIDTH} height={prefix} />
      <rect class="anatomy-append" x={x} y={BASE_Y - prefix - append} width={BAR_WIDTH} height={append} />
      <text class="anatomy-trigger" x={x + BAR_WIDTH / 2} y={BASE_Y + 20}>
        {trigger === "user" ? "U" : "T"}
      </text>
    </>
  );
}
