/** Name under which the bundled faces are registered: one that no machine has installed, so that no other version answers to it. */
export const FONT_FAMILY = "Atlas Sans";

/** The bundled family first; the others are for browsers that draw an embedded spec without it. */
export const FONT_STACK = `${FONT_FAMILY}, DejaVu Sans, Verdana, sans-serif`;
