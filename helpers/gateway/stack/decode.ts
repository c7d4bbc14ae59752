/** Decoders for the shapes of a stack file. They collect what is wrong and what is ignored, and go on. */
import { isMap, isScalar, isSeq, type Node } from "yaml";
import { flagOf, isNull, NodeError, scalarText, type Nodes } from "./yaml-nodes.ts";

export type FieldPath = readonly string[];

export interface StackFinding {
  readonly path: FieldPath;
  /** `undefined`: the place is not known. */
  readonly offset: number | undefined;
  readonly why: string;
}

/** Where decoders read from and report to. */
export interface Decoding {
  readonly nodes: Nodes;
  /** What cannot be read. */
  readonly wrong: StackFinding[];
  /** Keys that no field has, and items that are null; `why` is empty. */
  readonly unknown: StackFinding[];
}

/** `undefined` for null, for what is absent, and for what is wrong, which is reported. */
export type Decoder<T> = (node: Node | null, path: FieldPath, decoding: Decoding) => T | undefined;

type Fields = Readonly<Record<string, Decoder<unknown>>>;
type Decoded<F extends Fields> = { readonly [K in keyof F]?: NonNullable<ReturnType<F[K]>> };

/** Resolves the node and turns what is thrown into a finding. */
const decoder =
  <T>(expected: string, read: (node: Node, path: FieldPath, decoding: Decoding) => T | undefined): Decoder<T> =>
  (node, path, decoding) => {
    try {
      const resolved = decoding.nodes.resolve(node);
      if (resolved === null || (isScalar(resolved) && isNull(resolved))) return undefined;
      const value = read(resolved, path, decoding);
      if (value === undefined) throw new NodeError(`expected ${expected}, got ${describe(resolved)}`, node);
      return value;
    } catch (error) {
      if (!(error instanceof NodeError)) throw error;
      decoding.wrong.push({ path, offset: error.offset ?? node?.range?.[0], why: error.message });
      return undefined;
    }
  };

export const text = decoder("text", (node) => (isScalar(node) ? (scalarText(node) ?? "") : undefined));

export const flagField = decoder("true or false without quotes", (node) => (isScalar(node) ? flagOf(node) : undefined));

/** Items that are null are dropped, and reported as unknown. */
export const listField = <T>(item: Decoder<T>): Decoder<readonly NonNullable<T>[]> =>
  decoder("a list", (node, path, decoding) => {
    if (!isSeq(node)) return undefined;
    return node.items.flatMap((each, index) => {
      const at = [...path, String(index)];
      const { length } = decoding.wrong;
      const value = item(each as Node | null, at, decoding);
      if (value === undefined && decoding.wrong.length === length)
        decoding.unknown.push({ path: at, offset: (each as Node | null)?.range?.[0], why: "" });
      return value ?? [];
    });
  });

/** By name, in the document's order; `absent` for a value that is null. */
export const map = <T>(value: Decoder<T>, absent: T): Decoder<ReadonlyMap<string, T>> =>
  decoder("a map", (node, path, decoding) => {
    if (!isMap(node)) return undefined;
    const entries = [...decoding.nodes.entries(node)];
    return new Map(entries.map(([name, entry]) => [name, value(entry.value, [...path, name], decoding) ?? absent]));
  });

/** A map with names of its own. Other names are reported as unknown, except those with `x-`, which hold anchors. */
export const struct = <F extends Fields>(fields: F): Decoder<Decoded<F>> =>
  decoder("a map", (node, path, decoding) => {
    if (!isMap(node)) return undefined;
    const decoded: Record<string, unknown> = {};
    for (const [name, { key, value }] of decoding.nodes.entries(node)) {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      const at = [...path, name];
      if (field !== undefined) decoded[name] = field(value, at, decoding);
      else if (!name.startsWith("x-")) decoding.unknown.push({ path: at, offset: key.range?.[0], why: "" });
    }
    return decoded as Decoded<F>;
  });

/** Without the text itself, which may be a secret. */
function describe(node: Node): string {
  return isMap(node) ? "a map" : isSeq(node) ? "a list" : "text";
}
