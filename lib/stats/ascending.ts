/** @throws RangeError when a value is smaller than the one before it; `what` names the values in the message */
export function requireAscending(values: ArrayLike<number>, what: string): void {
  let previous = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (value < previous) throw new RangeError(`${what} must be in ascending order, but number ${i + 1} is not`);
    previous = value;
  }
}
