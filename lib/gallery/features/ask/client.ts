/** The page of the console: its database is a file of the gallery. */
import { startAsk } from "./client/start.ts";

startAsk();
