/**
 * Objects of Kubernetes as their types say. The client's types are promises: what comes over the wire is JSON of whoever
 * answered, and a watch hands it on as it came. Fields of another type are left out here, so that readers meet absent ones.
 */
import * as models from "@kubernetes/client-node";

interface Attribute {
  readonly name: string;
  readonly baseName: string;
  readonly type: string;
}

interface Model {
  readonly getAttributeTypeMap: () => readonly Attribute[];
}

/** By the name of a type: `V1Pod`. */
const modelOf = (type: string): Model | undefined => {
  const found = (models as Readonly<Record<string, unknown>>)[type];
  return typeof found === "function" && "getAttributeTypeMap" in found ? (found as unknown as Model) : undefined;
};

/** A copy of the fields that fit; `undefined`: the value is of another type altogether. Types without a model fit all. */
export const readableObject = (value: unknown, type: string): unknown => fitting(value, type);

/** Of what a request of the client has brought: its class names the type. */
export function readableAnswer<T>(answer: T): T {
  const prototype: unknown = typeof answer === "object" && answer !== null ? Object.getPrototypeOf(answer) : null;
  const type = (prototype as { readonly constructor?: { readonly name: string } } | null)?.constructor?.name ?? "";
  return modelOf(type) === undefined ? answer : ((readableObject(answer, type) as T | undefined) ?? answer);
}

/** What Kubernetes requires and readers rely on, for objects that lack it. */
const required: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  V1PodSpec: { containers: [] },
  V1DeploymentSpec: { template: {} },
  V1EndpointSlice: { endpoints: [] },
  V1Endpoint: { addresses: [] },
  V1NodeSystemInfo: { architecture: "unknown", operatingSystem: "unknown", containerRuntimeVersion: "unknown" },
};

const simple: ReadonlySet<string> = new Set(["string", "number", "boolean"]);

function fitting(value: unknown, type: string): unknown {
  if (value === null || value === undefined) return undefined;
  if (simple.has(type)) return typeof value === type ? value : undefined;
  if (type === "Date") return value instanceof Date || typeof value === "string" ? value : undefined;
  const [, item] = /^Array<(.+)>$/.exec(type) ?? [];
  if (item !== undefined) return Array.isArray(value) ? value.flatMap((each) => oneOrNone(each, item)) : undefined;
  const [, inner] = /^\{ \[key: string\]: (.+); \}$/.exec(type) ?? [];
  const model = inner === undefined ? modelOf(type) : undefined;
  if (inner === undefined && model === undefined) return value;
  if (typeof value !== "object" || Array.isArray(value)) return undefined;
  const types = new Map(
    model?.getAttributeTypeMap().flatMap((one) => [
      [one.baseName, one.type],
      [one.name, one.type],
    ]),
  );
  const fields = Object.entries(value).flatMap(([key, each]) =>
    oneOrNone(each, inner ?? types.get(key) ?? "any").map((one) => [key, one] as const),
  );
  const least = required[type] ?? (type.endsWith("List") ? { items: [] } : {});
  return Object.fromEntries([...Object.entries(structuredClone(least)), ...fields]);
}

function oneOrNone(value: unknown, type: string): readonly unknown[] {
  const fit = fitting(value, type);
  return fit === undefined ? [] : [fit];
}
