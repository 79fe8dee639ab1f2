/** In the README of an experiment: what `npm run readmes` generates comes after this line. */
export const README_MARKER = "<!-- Generated from experiment.ts by `npm run readmes`: everything from here to the end. -->";
