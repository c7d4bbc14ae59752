/**
 * Does the work for all at once. After a failure the others are stopped and waited for: what is half deployed
 * could not be removed.
 * @param work is to end on `stop`
 * @throws the first failure
 */
export async function allOrFirstFailure<T, R>(
  items: readonly T[],
  work: (item: T, stop: AbortSignal) => Promise<R>,
  signal: AbortSignal,
): Promise<readonly R[]> {
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const outcomes = await Promise.allSettled(
    items.map(async (item) => {
      try {
        return await work(item, stop);
      } catch (error) {
        failed.abort(error); // the first one is kept
        throw error;
      }
    }),
  );
  if (failed.signal.aborted) throw failed.signal.reason;
  return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
}
