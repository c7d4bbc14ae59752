/** Waits until `done`, looking again at each change, for at most `timeoutMs`. */
export async function holdUntil(
  done: () => boolean,
  changed: () => Promise<unknown>,
  timeoutMs: number,
): Promise<void> {
  if (done()) return;
  const late = AbortSignal.timeout(timeoutMs);
  const timedOut = new Promise((resolve) => {
    late.addEventListener("abort", resolve, { once: true });
  });
  while (!late.aborted && !done()) await Promise.race([changed(), timedOut]);
}
