/** The nodes of a YAML document as Go's yaml.v3 sees them: aliases resolved, merges applied, scalars as their text. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Scalar,
  visit,
  type Alias,
  type Document,
  type Node,
  type YAMLMap,
} from "yaml";

/** A problem of one node; the reader adds file and place. */
export class NodeError extends Error {
  readonly offset: number | undefined;
  constructor(message: string, node?: Node | null) {
    super(message);
    this.offset = node?.range?.[0];
  }
}

export interface Entry {
  readonly key: Node;
  readonly value: Node | null;
}

export interface Nodes {
  /** Aliases without an anchor before them, wherever they stand. */
  readonly unresolved: readonly Alias[];
  /** Follows an alias. */
  readonly resolve: (node: unknown) => Node | null;
  /**
   * A map's own entries, then those merged by `<<` that it does not have, by their keys' text; keys that are null are
   * dropped. @throws {NodeError} for a key twice, a merge of anything but maps, a cycle, or too many entries
   */
  readonly entries: (map: YAMLMap) => Map<string, Entry>;
}

/** More merged entries than this are an attack, not a stack file. */
const mostMerged = 100_000;

export function createNodes(document: Document): Nodes {
  const { targets, unresolved } = resolveAliases(document);
  const merging = new Set<YAMLMap>();
  let merged = 0;

  const resolve = (node: unknown): Node | null => (isAlias(node) ? targets.get(node) : (node as Node | null)) ?? null;
  const mapsOf = (value: Node | null, at: Node): YAMLMap[] => {
    const wrong = new NodeError("<< merges a map, or a list of maps", value ?? at);
    const target = resolve(value);
    if (isMap(target)) return [target];
    if (!isSeq(target) || isAlias(value)) throw wrong;
    return target.items.map((item) => {
      const map = resolve(item);
      if (!isMap(map)) throw wrong;
      return map;
    });
  };
  const entries = (map: YAMLMap): Map<string, Entry> => {
    if (merging.has(map)) throw new NodeError("a map merges itself", map);
    const own = new Map<string, Entry>();
    const seen = new Set<string>();
    let merges: YAMLMap[] = [];
    for (const pair of map.items) {
      const value = (pair.value ?? null) as Node | null;
      const [key, written] = [resolve(pair.key), pair.key as Node];
      if (!isScalar(key)) throw new NodeError("a key is text, not a map or a list", written);
      const name = scalarText(key) ?? "";
      if (!isAlias(written)) {
        if (seen.has(rawText(key))) throw new NodeError(`the key "${rawText(key)}" appears twice`, written);
        seen.add(rawText(key));
      }
      if (isMerge(key)) merges = mapsOf(value, written);
      else if (!isNull(key)) own.set(name, { key: written, value });
    }
    merging.add(map);
    for (const other of merges) {
      for (const [name, entry] of entries(other)) {
        if (++merged > mostMerged) throw new NodeError(`aliases are excessive: more than ${mostMerged} merged entries`);
        if (!own.has(name)) own.set(name, entry);
      }
    }
    merging.delete(map);
    return own;
  };
  return { unresolved, resolve, entries };
}

/** In the document's order: an anchor's name may be used again. */
function resolveAliases(document: Document): { targets: Map<Alias, Node>; unresolved: Alias[] } {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const unresolved: Alias[] = [];
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target === undefined) unresolved.push(node);
        else targets.set(node, target);
      } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return { targets, unresolved };
}

const core = "tag:yaml.org,2002:";
const isPlain = ({ type, tag }: Scalar): boolean => type === Scalar.PLAIN && (tag === undefined || tag === "!");
const rawText = ({ value }: Scalar): string => (typeof value === "string" ? value : "");
const nulls = new Set(["", "~", "null", "Null", "NULL"]);
const flags = /^(?:(true|True|TRUE)|false|False|FALSE)$/;
/** Booleans of YAML 1.1, which yaml.v3 takes from text of any form where a boolean is wanted. */
const oldFlags = /^(?:(y|Y|yes|Yes|YES|on|On|ON)|n|N|no|No|NO|off|Off|OFF)$/;

export const isNull = (node: Scalar): boolean =>
  node.tag === `${core}null` ? scalarText(node) === undefined : isPlain(node) && nulls.has(rawText(node));

const isMerge = (key: Scalar): boolean => rawText(key) === "<<" && (isPlain(key) || key.tag === `${core}merge`);

/** `undefined`: neither true nor false. The words `true` and `false` count without quotes only. */
export function flagOf(node: Scalar): boolean | undefined {
  const isTagged = node.tag === `${core}bool`;
  const own = isTagged || isPlain(node) ? flags.exec(rawText(node)) : null;
  const match = own ?? (isTagged ? null : oldFlags.exec(scalarText(node) ?? ""));
  return match === null ? undefined : match[1] !== undefined;
}

/** What a value with the tag must look like. */
const tagged: Readonly<Record<string, RegExp>> = {
  null: /^(?:|~|null|Null|NULL)$/,
  bool: /^(?:true|True|TRUE|false|False|FALSE)$/,
  int: /^[-+]?(?:0[xX][\dA-Fa-f_]+|0[bB][01_]+|0[oO]?[0-7_]+|\d[\d_]*)$/,
  float: /^[-+]?(?:\.inf|\.Inf|\.INF|[\d_]*\.?[\d_]+(?:[eE][-+]?\d+)?|[\d_]+\.(?:[eE][-+]?\d+)?)$|^\.(?:nan|NaN|NAN)$/,
  timestamp:
    /^\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|[ \t]+)\d{1,2}:\d{2}:\d{2}(?:\.\d*)?[ \t]*(?:Z|[-+]\d{1,2}(?::?\d{2})?)?)?$/,
};

/** A scalar's text as it is written, whatever number or date it may look like; `undefined`: null. */
export function scalarText(node: Scalar): string | undefined {
  const text = rawText(node);
  if (!text.isWellFormed()) throw new NodeError("half of a character: two \\u escapes belong together", node);
  const kind = node.tag?.startsWith(core) === true ? node.tag.slice(core.length) : undefined;
  if (kind === "binary") return decodeBinary(text, node);
  const shape = kind === undefined ? undefined : tagged[kind];
  if (shape?.test(text) === false) throw new NodeError(`the value does not fit its tag !!${kind}`, node);
  return kind === "null" || (isPlain(node) && nulls.has(text)) ? undefined : text;
}

function decodeBinary(text: string, node: Scalar): string {
  const bytes = Buffer.from(text, "base64");
  const decoded = bytes.toString();
  if (bytes.toString("base64") !== text || !Buffer.from(decoded).equals(bytes)) {
    throw new NodeError("!!binary is not base64 of a text in UTF-8", node);
  }
  return decoded;
}
