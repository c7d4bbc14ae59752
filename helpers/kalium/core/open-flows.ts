/** State per open request or session: bounded, and forgotten when nothing was heard of it for long. */
export interface OpenFlows<T> {
  readonly size: number;
  /** The state of `key`, made when it is new. `undefined`: as many are open as there may be. */
  get(key: string, nowMs: number): T | undefined;
  close(key: string): void;
  /** The state of `key` would be a new one, and there is room for it. */
  isNew(key: string): boolean;
}

export interface OpenFlowsLimits {
  readonly maxOpen: number;
  /** Longest silence, ms. What comes later meets a state without past. */
  readonly idleMs: number;
}

export const defaultOpenFlowsLimits: OpenFlowsLimits = { maxOpen: 10_000, idleMs: 300_000 };

/** `nowMs` must not fall; a clock that does makes states live longer, never shorter. */
export function openFlows<T>(create: () => T, { maxOpen, idleMs }: OpenFlowsLimits): OpenFlows<T> {
  const open = new Map<string, { readonly state: T; readonly seenMs: number }>(); // least recently used first

  const forgetIdle = (nowMs: number): void => {
    for (const [key, { seenMs }] of open) {
      if (nowMs - seenMs <= idleMs) return;
      open.delete(key);
    }
  };

  return {
    get size() {
      return open.size;
    },
    get(key, nowMs) {
      forgetIdle(nowMs);
      const known = open.get(key);
      if (known === undefined && open.size >= maxOpen) return undefined;
      const state = known === undefined ? create() : known.state;
      open.delete(key);
      open.set(key, { state, seenMs: nowMs });
      return state;
    },
    close: (key) => void open.delete(key),
    isNew: (key) => open.size < maxOpen && !open.has(key),
  };
}
