/** The bundled faces, opened when a figure first needs to know what they can draw or how wide it is. */
import { type Font, openSync } from "fontkit";
import { FONT_FILES } from "./font-files.ts";

let opened: readonly Font[] | undefined;

/** Regular and bold. */
export function faces(): readonly Font[] {
  opened ??= FONT_FILES.map((file) => {
    const face = openSync(file);
    if (!("characterSet" in face)) throw new Error(`${file} is a font collection; expected a single face`);
    return face;
  });
  return opened;
}
