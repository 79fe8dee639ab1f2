/**
 * Settings of the JavaScript engine for a run; imported before everything else.
 *
 * Vega is a large library that every thread calls for a few seconds. With the engine's own thresholds it spends about a fifth of
 * a run on optimizing functions that are hardly called again; higher ones leave that to the loops that are worth it.
 * And left to itself the heap grows to several times of what is in use before it is collected.
 */
import v8 from "node:v8";

/** The names of thresholds change with V8, which reports a name that it does not know on standard error. */
const THRESHOLDS: Readonly<Record<string, readonly string[]>> = {
  11: ["--interrupt-budget=1000000"], // Node 20
  12: ["--invocation-count-for-maglev=4000", "--invocation-count-for-turbofan=30000"], // Node 22
  13: ["--invocation-count-for-maglev=4000", "--invocation-count-for-turbofan=30000"], // Node 24
  14: ["--invocation-count-for-maglev=4000", "--invocation-count-for-turbofan=30000"], // Node 26
};

/** How much the heap may grow over what is in use. */
const HEAP_GROWING_PERCENT = 100;

const [version = ""] = process.versions.v8.split(".");
for (const flag of THRESHOLDS[version] ?? []) v8.setFlagsFromString(flag);
v8.setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
