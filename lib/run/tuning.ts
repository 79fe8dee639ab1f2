/**
 * Settings of the JavaScript engine for a run; imported before everything else.
 *
 * Vega is a large library that every thread calls for a few seconds. With the engine's own budget it spends about a fifth of
 * a run on optimizing functions that are hardly called again; a larger budget leaves that to the loops that are worth it.
 */
import v8 from "node:v8";

/** In bytes of bytecode that a function runs before it is optimized; the engine's default is 132 KiB. */
const INTERRUPT_BUDGET = 1_000_000;

v8.setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET}`);
