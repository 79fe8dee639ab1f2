/**
 * What a stranger's chart specification may ask for. The data inside an image are bounded by its size; these are the places where
 * a few characters ask for very much. It can't know what expressions do, so drawing needs a limit of time, too.
 */
import { isObject } from "../files/json.ts";

const LIMITS = {
  depth: 100,
  /** CSS pixels. */
  side: 20_000,
  /** Rows made by a sequence or a rule for missing values. */
  madeRows: 100_000,
  /** Ticks, bins, points of a density. */
  steps: 10_000,
} as const;

type Members = Readonly<Record<string, unknown>>;

interface Part {
  readonly value: unknown;
  readonly depth: number;
  /** Inside rows, where names are columns. */
  readonly isData: boolean;
}

/** The first thing that is too much, as the end of a sentence about the specification; null when there is none. Never throws. */
export function specExcess(spec: unknown): string | null {
  const open: Part[] = [{ value: spec, depth: 0, isData: false }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth, isData } = next;
    if (typeof value !== "object" || value === null) continue;
    if (depth > LIMITS.depth) return `is nested more than ${LIMITS.depth} levels deep`;
    const excess = !isData && isObject(value) ? excessOf(value) : null;
    if (excess) return excess;
    for (const [name, member] of Object.entries(value))
      open.push({ value: member, depth: depth + 1, isData: isData || startsData(name, member) });
  }
  return null;
}

function startsData(name: string, value: unknown): boolean {
  return (name === "values" && Array.isArray(value)) || name === "datasets";
}

function excessOf(members: Members): string | null {
  return sideExcess(members) ?? rowsExcess(members) ?? stepsExcess(members) ?? globeExcess(members);
}

function sideExcess(members: Members): string | null {
  for (const name of ["width", "height", "continuousWidth", "continuousHeight"]) {
    const size = members[name];
    const side = isObject(size) ? size.step : size;
    if (typeof side === "number" && !(Math.abs(side) <= LIMITS.side)) return `asks for a ${name} of ${side} px, more than ${LIMITS.side}`;
  }
  return null;
}

/** `{ start, stop, step }` of sequences and of rules for missing values. */
function rowsExcess({ start = 0, stop, step = 1 }: Members): string | null {
  if (typeof stop !== "number") return null;
  const rows = Math.abs((stop - Number(start)) / Number(step));
  return rows <= LIMITS.madeRows ? null : `makes a sequence of more than ${LIMITS.madeRows} values`;
}

function stepsExcess(members: Members): string | null {
  for (const name of ["tickCount", "maxbins", "steps", "minsteps", "maxsteps"]) {
    const steps = members[name];
    if (typeof steps === "number" && !(Math.abs(steps) <= LIMITS.steps)) return `asks for ${name} ${steps}, more than ${LIMITS.steps}`;
  }
  return null;
}

/** Lines on a globe: closer than a degree they are many. */
function globeExcess({ graticule }: Members): string | null {
  return isObject(graticule) ? "draws lines on a globe, which no figure here does" : null;
}
