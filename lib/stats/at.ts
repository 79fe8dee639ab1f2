/** The value at a position that is known to be inside: the loops of large columns need no other check. @throws RangeError when it is not */
export function at<T>(values: ArrayLike<T>, position: number): T {
  const value = values[position];
  if (value === undefined) throw new RangeError(`no value at position ${position} of ${values.length}`);
  return value;
}
