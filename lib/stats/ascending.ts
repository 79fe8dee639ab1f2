/** @throws RangeError when a value is smaller than the one before it; `what` names the values in the message */
export function requireAscending(values: ArrayLike<number>, what: string): void {
  for (let i = 1; i < values.length; i++)
    if ((values[i] as number) < (values[i - 1] as number))
      throw new RangeError(`${what} must be in ascending order, but number ${i + 1} is not`);
}
