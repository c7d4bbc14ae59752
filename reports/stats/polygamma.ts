/** Derivatives of ln gamma for x > 0: recurrence up to 10, then the asymptotic series (DLMF 5.15); 1e-10 and better. */

export function digamma(x: number): number {
  let sum = 0;
  let at = x;
  for (; at < 10; at++) sum -= 1 / at;
  const square = 1 / at ** 2;
  return sum + Math.log(at) - 1 / (2 * at) - square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square / 240)));
}

export function trigamma(x: number): number {
  let sum = 0;
  let at = x;
  for (; at < 10; at++) sum += 1 / at ** 2;
  const square = 1 / at ** 2;
  return sum + 1 / at + square / 2 + (square / at) * (1 / 6 - square * (1 / 30 - square * (1 / 42 - square / 30)));
}

/** Third derivative of digamma: the fourth cumulant of the logarithm of a gamma variable. */
export function pentagamma(x: number): number {
  let sum = 0;
  let at = x;
  for (; at < 10; at++) sum += 6 / at ** 4;
  const square = 1 / at ** 2;
  return sum + (2 / at ** 3) * (1 + 1.5 / at + square * (1 - square * (1 / 2 - square * (2 / 3 - 1.5 * square))));
}

/** The x with trigamma(x) = y, for y > 0: Newton's method on 1 / trigamma, as in Smyth 2004, appendix. */
export function trigammaInverse(y: number): number {
  if (!(y > 0)) throw new RangeError(`trigamma is never ${y}`);
  if (y > 1e7) return 1 / Math.sqrt(y);
  if (y < 1e-6) return 1 / y;
  let x = 0.5 + 1 / y;
  for (let step = 0; step < 50; step++) {
    const value = trigamma(x);
    const slope = (trigamma(x * (1 + 1e-5)) - trigamma(x * (1 - 1e-5))) / (2e-5 * x);
    const change = (value * (1 - value / y)) / slope;
    x += change;
    if (-change / x < 1e-9 && change / x < 1e-9) break;
  }
  return x;
}
