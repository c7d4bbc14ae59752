const multipliers: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

/** Reads a Kubernetes memory quantity (`128Mi`, `1G`, `1048576`) as bytes; `undefined` when it is none. */
export function parseMemoryBytes(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(k|M|G|Ki|Mi|Gi|)$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const bytes = Math.round(Number(amount) * (multipliers[unit] ?? Number.NaN));
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}
