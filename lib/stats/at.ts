/**
 * The item at an index that must exist. Not for loops over millions of numbers, where the check costs.
 * @throws RangeError when the list has no such item
 */
export function at<T>(items: ArrayLike<T>, index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item ${index} in a list of ${items.length}`);
  return item;
}
