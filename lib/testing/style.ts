/** `npm run style`: writes docs/style.md and its pictures. */
import fs from "node:fs";
import { makeFolder } from "../files/folder.ts";
import { project } from "./paths.ts";
import { styleFiles } from "./style-guide.ts";

makeFolder(project("docs/style"));
for (const [file, text] of await styleFiles()) fs.writeFileSync(project(`docs/${file}`), text);
