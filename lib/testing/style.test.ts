import fs from "node:fs";
import { expect, it } from "vitest";
import { project } from "./paths.ts";
import { styleFiles } from "./style-guide.ts";

it("docs/style.md and its pictures are what `npm run style` writes", async () => {
  const files = await styleFiles();
  for (const [file, text] of files) expect(fs.readFileSync(project(`docs/${file}`), "utf8"), file).toBe(text);
  const pictures = fs.readdirSync(project("docs/style")).map((name) => `style/${name}`);
  expect(pictures.sort()).toEqual([...files.keys()].filter((file) => file !== "style.md").sort());
});
