// A worker thread starts without the loader of the main program: register it, then hand over to the TypeScript worker.
import { register } from "tsx/esm/api";

register();
const { default: read } = await import("./worker.ts");
export default read;
