/**
 * Settings of the JavaScript engine for a run; imported before everything else.
 *
 * Vega is a large library that every thread calls for a few seconds. With the engine's own budget it spends about a fifth of
 * a run on optimizing functions that are hardly called again; a larger budget leaves that to the loops that are worth it.
 * And left to itself the heap grows to several times of what is in use before it is collected.
 */
import v8 from "node:v8";

/** In bytes of bytecode that a function runs before it is optimized; the engine's default is 132 KiB. */
const INTERRUPT_BUDGET = 1_000_000;
/** How much the heap may grow over what is in use. */
const HEAP_GROWING_PERCENT = 100;

v8.setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET}`);
v8.setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
