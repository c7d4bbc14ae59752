/** Where OpenFaaS' community edition answers a client's mistake as a failure of its own, or in Kubernetes' words. */
interface Answer {
  readonly status: number;
  readonly text: string;
}

const known: readonly (readonly [path: RegExp, from: number, words: RegExp, to: number])[] = [
  [/^\/system\/scale-function\//, 500, /lookup function|not found/i, 404],
  [/^\/system\/secrets/, 422, /invalid/i, 400],
  [/^\/system\/logs/, 500, /log request error \(4\d\d\)/, 400],
];

/** The status that OpenFaaS' API describes for it; any other answer keeps its own. Pure. */
export const describedStatus = (path: string, { status, text }: Answer): number =>
  known.find(([where, from, words]) => where.test(path) && status === from && words.test(text))?.[3] ?? status;
