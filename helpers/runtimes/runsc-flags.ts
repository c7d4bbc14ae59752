/** What `runsc flags` tells of a build's defaults. */
import { runCommand } from "../sandboxes/run-command.ts";

type Limits = Parameters<typeof runCommand>[1];

/** Of these flags, those whose value the build has anyway. One that its list does not explain is not among them. */
export async function defaultsAmong(
  binary: string,
  flags: readonly string[],
  limits: Limits,
): Promise<readonly string[]> {
  const { stdout, stderr } = await runCommand([binary, "flags"], limits);
  const known = flagDefaults(`${stdout}\n${stderr}`);
  return flags.filter((word) => {
    const [name, value] = flagParts(word);
    return known.get(name) === value;
  });
}

/** `--name=value`, or `--name` of a switch. */
export function flagParts(word: string): readonly [name: string, value: string] {
  const [name = "", value = "true"] = word.replace(/^--?/, "").split(/=(.*)/s);
  return [name, value];
}

/** Defaults by name, from the list as Go's package `flag` prints it. Pure. */
export function flagDefaults(list: string): ReadonlyMap<string, string> {
  const defaults = new Map<string, string>();
  for (const entry of list.split(/^ {2}(?=-)/m).slice(1)) {
    const [head = "", ...lines] = entry.split("\n");
    const [name = "", kind] = head.replace(/^--?/, "").split(/[ \t]+/);
    const usage = lines.join("\n").trim() || head.slice(head.indexOf("\t") + 1);
    const stated = /\(default "?([^")]*)"?\)$/.exec(usage)?.[1] ?? /([\w-]+) \(default\)/.exec(usage)?.[1];
    defaults.set(name, stated ?? (kind === undefined ? "false" : ""));
  }
  return defaults;
}
