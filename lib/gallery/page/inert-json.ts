/** JSON for a script element: no tag in it can end the element early. */
export function inertJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
