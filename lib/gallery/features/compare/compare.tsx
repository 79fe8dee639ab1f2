/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { Feature } from "../../feature.ts";
import { linkFrom } from "../../links.ts";
import { documentText } from "../../page/document-text.tsx";
import { readComparison } from "./comparison.ts";
import { COMPARE_PAGE, ComparePage } from "./page.tsx";

const TITLE = "Compare";

/** The providers of the pool side by side, row by row. */
export const compare: Feature = {
  place: ({ out, report }) => (readComparison(out, report) ? { title: TITLE, page: COMPARE_PAGE } : null),
  scripts: ["compare"],
  styles: ["compare.css"],
  build({ atlas, source }) {
    const comparison = readComparison(source.out, source.report);
    if (!comparison) throw new Error("the comparison was there a moment ago");
    const page = <ComparePage atlas={atlas} comparison={comparison} link={linkFrom(COMPARE_PAGE)} />;
    return [{ file: COMPARE_PAGE, title: TITLE, html: documentText(page) }];
  },
};
