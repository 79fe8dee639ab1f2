/** What the page says of a figure. */

/** Its download with an ending, such as `svg`; it may be packed. */
export function downloadOf(plate: HTMLElement, ending: string): HTMLAnchorElement | null {
  return plate.querySelector<HTMLAnchorElement>(`.downloads :is(a[href$=".${ending}"], a[href$=".${ending}.gz"])`);
}
