/** For values that are there although their type allows that they are missing. In loops over many values write `values[i] ?? Number.NaN`: it is faster. */

/** The item at an index; negative ones count from the end. @throws RangeError when there is none */
export function at<T>(items: ArrayLike<T>, index: number): T {
  const item = items[index < 0 ? items.length + index : index];
  if (item === undefined) throw new RangeError(`no item ${index} in a list of ${items.length}`);
  return item;
}

/** A value that can't be missing here, such as the median of a list that has values. @throws Error when it is missing */
export function known<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error("a value is missing that must be there");
  return value;
}
