import { defaultNamespace } from "./deployment.ts";

export const functionPrefix = "/function/";
export const asyncPrefix = "/async-function/";

export interface FunctionPath {
  readonly name: string;
  readonly namespace: string;
  /** What the function sees: path with a leading slash, and the query. */
  readonly path: string;
}

/** Reads `NAME[.NAMESPACE][/path][?query]` after `prefix`; the last dot splits. `undefined`: no usable name. */
export function parseFunctionPath(url: string, prefix: string): FunctionPath | undefined {
  let end = prefix.length;
  while (end < url.length && url[end] !== "/" && url[end] !== "?") end += 1;
  const full = url.slice(prefix.length, end);
  if (!/^[-a-zA-Z_0-9.]+$/.test(full)) return undefined;
  const dot = full.lastIndexOf(".");
  const rest = url.slice(end);
  return {
    name: dot === -1 ? full : full.slice(0, dot),
    namespace: dot === -1 ? defaultNamespace : full.slice(dot + 1),
    path: rest.startsWith("/") ? rest : `/${rest}`,
  };
}
