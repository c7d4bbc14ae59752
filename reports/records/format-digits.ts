/** So many significant digits or all whole ones; never `1.9e+3`. */
export function formatDigits(value: number, digits: number): string {
  const text = value.toPrecision(digits);
  return text.includes("e") ? value.toFixed(0) : text;
}
