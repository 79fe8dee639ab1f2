// Registers the TypeScript loader, then hands over to the module that the thread is for.
import Tinypool from "tinypool";
import { register } from "tsx/esm/api";

register();
const { default: work } = await import(Tinypool.workerData);
export default work;
