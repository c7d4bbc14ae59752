/** Tells everybody who waits that something has changed. What has, they look up themselves. */
export interface Changes {
  readonly tell: () => void;
  /** Settles at the next `tell`. */
  readonly next: () => Promise<undefined>;
}

export function createChanges(): Changes {
  let change = Promise.withResolvers<undefined>();
  return {
    tell: () => {
      change.resolve(undefined);
      change = Promise.withResolvers();
    },
    next: () => change.promise,
  };
}
