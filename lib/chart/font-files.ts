import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** The bundled faces, regular and bold, as absolute paths. */
export const FONT_FILES: readonly string[] = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((file) =>
  require.resolve(`dejavu-fonts-ttf/ttf/${file}`),
);
