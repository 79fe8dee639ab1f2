// A worker thread starts without the loader of the main program: register it, then hand over to the TypeScript worker.
import { register } from "tsx/esm/api";

register();
const { default: render } = await import("./worker.ts");
export default render;
