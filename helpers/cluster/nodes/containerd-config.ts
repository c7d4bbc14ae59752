import { isDeepStrictEqual } from "node:util";
import { parse, type TomlTable } from "smol-toml";
import { KaliumError, messageOf } from "../../base/errors.ts";

/** A runsc build as containerd is to know it. */
export interface RuntimeHandler {
  readonly name: string;
  /** Absolute; absent: the shim that containerd finds by itself. */
  readonly shim?: string;
  /** The runsc shim's own configuration file. */
  readonly configPath: string;
}

/** Name of the plugin that has the runtimes, by version of the configuration's format. */
const criPlugin: Readonly<Record<number, string>> = {
  1: "cri",
  2: "io.containerd.grpc.v1.cri",
  3: "io.containerd.cri.v1.runtime",
  4: "io.containerd.cri.v1.runtime",
};

/** How handlers get into a node's containerd. Both change `path` alone. */
export interface ConfigEdit {
  /** `drop-in`: a new file of ours that the configuration imports. `edit`: the configuration itself. */
  readonly kind: "drop-in" | "edit";
  readonly path: string;
  readonly text: string;
}

/**
 * Decides between a file of our own and an edit of the main one, which containerd 1 needs: there an imported file
 * replaces all settings of a plugin instead of adding to them. Pure.
 * @param text absent where there is no file, which means containerd's defaults
 * @param major of containerd
 * @throws {KaliumError} E_CLUSTER when the file cannot be read or extended, or has such a handler already
 */
export function addHandlers(
  { path, text, major }: { readonly path: string; readonly text: string | undefined; readonly major: number },
  handlers: readonly RuntimeHandler[],
): ConfigEdit {
  const config = parseConfig(path, text ?? "");
  const empty = Object.keys(config).length === 0;
  const version = empty ? Math.min(3, major + 1) : typeof config["version"] === "number" ? config["version"] : 1;
  const plugin = criPlugin[version];
  if (plugin === undefined) {
    throw new KaliumError("E_CLUSTER", `${path} has version ${version}, which kalium-bench does not support`, {
      hint: byHand,
    });
  }
  const known = runtimesOf(config, plugin);
  const taken = handlers.find(({ name }) => name in known);
  if (taken !== undefined) {
    throw new KaliumError("E_CLUSTER", `${path} has a runtime handler ${taken.name} already`, {
      hint: "Remove it there, or give the runsc build another name: --runsc NAME=PATH.",
    });
  }
  const tables = handlers.map((handler) => tableOf(plugin, handler)).join("\n");
  const folder = version >= 3 ? importedFolder(config) : undefined;
  if (folder !== undefined) {
    return {
      kind: "drop-in",
      path: `${folder}/kalium-bench.toml`,
      text: `${heading}version = ${version}\n\n${tables}`,
    };
  }
  const before = empty ? `version = ${version}\n` : (text ?? "");
  const after = `${before}${before.endsWith("\n") ? "" : "\n"}\n${heading}${tables}`;
  const [found, wanted] = [parseConfig(path, after), withHandlers(config, empty ? { version } : {}, plugin, handlers)];
  if (!isDeepStrictEqual(plain(found), plain(wanted))) {
    throw new KaliumError("E_CLUSTER", `${path} cannot be extended: its tables are closed (inline)`, { hint: byHand });
  }
  return { kind: "edit", path, text: after };
}

const heading = "# Runtime handlers of kalium-bench. `npm run cluster -- down` removes them.\n";
const byHand = "Write the handlers by hand (docs/cluster.md), or prepare another node: --nodes.";

function parseConfig(path: string, text: string): TomlTable {
  try {
    return parse(text);
  } catch (error) {
    throw new KaliumError("E_CLUSTER", `${path} cannot be read or extended: ${messageOf(error)}`, {
      hint: byHand,
      cause: error,
    });
  }
}

const optionsOf = ({ configPath }: RuntimeHandler): TomlTable => ({
  TypeUrl: "io.containerd.runsc.v1.options",
  ConfigPath: configPath,
});

const settingsOf = (handler: RuntimeHandler): TomlTable => ({
  runtime_type: "io.containerd.runsc.v1",
  ...(handler.shim !== undefined && { runtime_path: handler.shim }),
});

function tableOf(plugin: string, handler: RuntimeHandler): string {
  const name = `plugins.${JSON.stringify(plugin)}.containerd.runtimes.${JSON.stringify(handler.name)}`;
  const lines = (table: TomlTable): string =>
    Object.entries(table)
      .map(([key, value]) => `  ${key} = ${JSON.stringify(value)}\n`)
      .join("");
  return `[${name}]\n${lines(settingsOf(handler))}[${name}.options]\n${lines(optionsOf(handler))}`;
}

const tableAt = (table: unknown, key: string): Record<string, unknown> => {
  const value = table !== null && typeof table === "object" ? (table as Record<string, unknown>)[key] : undefined;
  return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};
};

/** Settings of the handlers that a configuration has, by name. */
export const runtimesOf = (config: TomlTable, plugin: string): Record<string, unknown> =>
  tableAt(tableAt(tableAt(tableAt(config, "plugins"), plugin), "containerd"), "runtimes");

/** The same of the text of `containerd config dump`, whatever its version. @throws {KaliumError} E_CLUSTER */
export function effectiveRuntimes(dump: string): Record<string, unknown> {
  const config = parseConfig("containerd config dump", dump);
  return Object.assign({}, ...Object.values(criPlugin).map((plugin) => runtimesOf(config, plugin))) as Record<
    string,
    unknown
  >;
}

/** Where the text of `containerd config dump`, whatever its version, says CNI's files are. @throws {KaliumError} E_CLUSTER */
export function cniFolder(dump: string): string {
  const plugins = parseConfig("containerd config dump", dump)["plugins"];
  const folders = Object.values(criPlugin).map((plugin) => tableAt(tableAt(plugins, plugin), "cni")["conf_dir"]);
  return folders.find((folder): folder is string => typeof folder === "string" && folder !== "") ?? "/etc/cni/net.d";
}

function withHandlers(
  config: TomlTable,
  more: TomlTable,
  plugin: string,
  handlers: readonly RuntimeHandler[],
): TomlTable {
  const copy = structuredClone({ ...more, ...config }) as Record<string, unknown>;
  let at = copy;
  for (const key of ["plugins", plugin, "containerd", "runtimes"]) at = (at[key] ??= {}) as Record<string, unknown>;
  for (const handler of handlers) at[handler.name] = { ...settingsOf(handler), options: optionsOf(handler) };
  return copy as TomlTable;
}

const plain = (table: TomlTable): unknown => JSON.parse(JSON.stringify(table));

/** The folder of an `imports` entry like `/etc/containerd/conf.d/*.toml`. */
function importedFolder(config: TomlTable): string | undefined {
  const imports = Array.isArray(config["imports"]) ? config["imports"] : [];
  const pattern = imports.find((entry) => typeof entry === "string" && /^\/[^*]*\/\*\.toml$/.test(entry));
  return typeof pattern === "string" ? pattern.slice(0, -"/*.toml".length) : undefined;
}
