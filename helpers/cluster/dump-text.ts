import type { KubernetesObject } from "@kubernetes/client-node";

/** Annotations that controllers and kubelets write whenever they like. */
const restless = [
  /^deployment\.kubernetes\.io\//,
  /^node\.alpha\.kubernetes\.io\//,
  /^control-plane\.alpha\.kubernetes\.io\//,
];

/** What somebody has set of an object: without versions, owners of fields, times and status. Pure. */
export function withoutState(object: KubernetesObject): unknown {
  const { metadata = {}, ...rest } = object as KubernetesObject & { status?: unknown };
  delete rest.status;
  const { name, namespace, labels, annotations = {}, finalizers } = metadata;
  const kept = Object.entries(annotations).filter(([key]) => !restless.some((pattern) => pattern.test(key)));
  return { ...rest, metadata: { name, namespace, labels, annotations: Object.fromEntries(kept), finalizers } };
}

/** JSON with sorted keys, and Secrets' values left out. Pure. */
export const stableText = (value: unknown): string => JSON.stringify(sorted(value));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const isSecret = (value as { kind?: unknown }).kind === "Secret";
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [
        key,
        isSecret && (key === "data" || key === "stringData") ? Object.keys(inner as object) : sorted(inner),
      ]),
  );
}

/** Lines that only one of two dumps has. Pure. */
export function differenceOf(before: string, after: string): readonly string[] {
  const [old, current] = [new Set(before.split("\n")), new Set(after.split("\n"))];
  return [
    ...[...old].filter((line) => !current.has(line)).map((line) => `- ${line}`),
    ...[...current].filter((line) => !old.has(line)).map((line) => `+ ${line}`),
  ];
}
