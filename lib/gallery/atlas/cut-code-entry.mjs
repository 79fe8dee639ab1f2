// A worker thread starts without the loader of the main program: register it, then hand over to the TypeScript worker.
import { register } from "tsx/esm/api";

register();
const { default: cutCode } = await import("./cut-code.ts");
export default cutCode;
