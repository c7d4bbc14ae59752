/** Integer nanoseconds on the monotonic clock; differences fit a number for 104 days. */
export const nowNs = (): number => Number(process.hrtime.bigint());

export const nsToMs = (ns: number): number => ns / 1e6;
export const msToNs = (ms: number): number => Math.round(ms * 1e6);

/** Each call gives the time since the one before, ms. */
export function stopwatch(): () => number {
  let lastNs = nowNs();
  return () => {
    const elapsedNs = nowNs() - lastNs;
    lastNs += elapsedNs;
    return nsToMs(elapsedNs);
  };
}
