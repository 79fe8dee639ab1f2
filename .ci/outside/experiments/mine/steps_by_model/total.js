/** @param {readonly { readonly steps: number }[]} rows */
export function total(rows) {
  return rows.reduce((sum, { steps }) => sum + steps, 0);
}
