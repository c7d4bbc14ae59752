/** A copy with a merge patch (RFC 7386) applied. */
export const changed = <T>(object: T, patch: unknown): T => mergePatch(object, patch) as T;

function mergePatch(target: unknown, patch: unknown): unknown {
  if (patch === null || typeof patch !== "object" || Array.isArray(patch)) return patch;
  const merged = new Map(Object.entries((target ?? {}) as Record<string, unknown>));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}
