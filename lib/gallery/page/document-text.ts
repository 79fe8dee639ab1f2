import { render } from "preact-render-to-string";

/** The text of an HTML file. */
export function documentText(page: Parameters<typeof render>[0]): string {
  return `<!doctype html>\n${render(page)}\n`;
}
