/**
 * Does the work for `atOnce` items at a time, and begins them in their order. After a failure the others are stopped and
 * waited for, because what is half deployed could not be removed; the rest is not begun.
 * @param work is to end on `stop`
 * @returns all results, in the order of the items
 * @throws the first failure
 */
export async function allOrFirstFailure<T, R>(
  items: readonly T[],
  work: (item: T, stop: AbortSignal) => Promise<R>,
  { atOnce, signal }: { readonly atOnce: number; readonly signal: AbortSignal },
): Promise<readonly R[]> {
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const results = new Map<number, R>();
  const waiting = items.entries(); // shared: each worker takes the next
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      try {
        stop.throwIfAborted();
        results.set(index, await work(item, stop));
      } catch (error) {
        failed.abort(error); // the first one is kept
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  failed.signal.throwIfAborted();
  return [...results].toSorted(([left], [right]) => left - right).map(([, result]) => result);
}
