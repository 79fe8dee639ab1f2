import { broughtFile } from "../files/program.ts";

/** The bundled faces, regular and bold, as absolute paths. */
export const FONT_FILES: readonly string[] = [
  broughtFile("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"),
  broughtFile("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"),
];
