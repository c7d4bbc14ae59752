/** Objects with fields that are missing, of another type, beyond range, or called what reaches a prototype. */
import fc from "fast-check";
import { share } from "./altered.test-support.ts";

/** `undefined` takes the field away. */
const values: readonly unknown[] = [
  ...[undefined, undefined, null, null, true, false, 0, -1, 1.5, 2 ** 31, 2 ** 53, 1e308, -1e308],
  ...["", "x", "\0", "é\ud800", "null", "-1", "1e999", "__proto__", "../..", "a b", "x".repeat(70_000), "openfaas-fn"],
  ...[[], {}, [null], [[]], [{}], { altered: 1 }, "True", "False", "2026-01-01T00:00:00Z", "-0001-13-99"],
];

interface FieldEdit {
  /** Share of all fields, at any depth, from 0 to 1. */
  readonly at: number;
  readonly value: unknown;
  /** Absent: the field keeps its name. */
  readonly name: string | undefined;
}

const names = ["__proto__", "constructor", "toString", "length", "", "\0"];

/** One to four. `more`: further values, put in as often as the others. */
export const fieldEditsWith = (more: readonly unknown[] = []): fc.Arbitrary<readonly FieldEdit[]> =>
  fc.array(
    fc.record({
      at: share,
      value:
        more.length === 0 ? fc.constantFrom(...values) : fc.oneof(fc.constantFrom(...values), fc.constantFrom(...more)),
      name: fc.oneof({ arbitrary: fc.constant(undefined), weight: 9 }, fc.constantFrom(...names)),
    }),
    { minLength: 1, maxLength: 4 },
  );

/** A copy; the whole may become another value, too. */
export function applyFieldEdits(valid: unknown, edits: readonly FieldEdit[]): unknown {
  const root = { whole: structuredClone(valid) };
  for (const { at, value, name } of edits) {
    const fields = fieldsOf(root);
    const [parent, key] = fields[Math.floor(at * fields.length)] ?? [root, "whole"];
    const put = (under: string): unknown =>
      Object.defineProperty(parent, under, { value: structuredClone(value), ...ordinary });
    if (value === undefined && Array.isArray(parent)) parent.splice(Number(key), 1);
    else if (value === undefined) Reflect.deleteProperty(parent, key);
    else put(name === undefined || Array.isArray(parent) ? key : name); // an own field, also under __proto__
  }
  return root.whole;
}

/** Empty where the whole has been taken away. */
export function jsonWithFields(valid: unknown, edits: readonly FieldEdit[]): string {
  const altered = applyFieldEdits(valid, edits);
  return altered === undefined ? "" : JSON.stringify(altered);
}

const ordinary = { writable: true, enumerable: true, configurable: true } as const;

function fieldsOf(value: unknown): (readonly [parent: object, key: string])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[value, key] as const, ...fieldsOf(inner)]);
}
