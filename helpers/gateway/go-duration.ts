const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  "\u00b5s": 1e-3, // micro sign
  "\u03bcs": 1e-3, // Greek mu, which Go reads, too
  ms: 1,
  s: 1e3,
  m: 60e3,
  h: 3600e3,
};

/** Reads `1m30s`, `500ms` or bare seconds (`30`), as OpenFaaS settings are written; `undefined` when it is neither. */
export function parseGoDurationMs(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * 1e3;
  if (!/^(?:\d+(?:\.\d+)?(?:ns|[uµμ]s|ms|s|m|h))+$/.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|[uµμ]s|ms|s|m|h)/g)) {
    totalMs += Number(amount) * (unitMs[unit ?? ""] ?? Number.NaN);
  }
  return totalMs;
}
