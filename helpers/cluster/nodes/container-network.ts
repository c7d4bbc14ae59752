import { z } from "zod";
import { cniFolder } from "./containerd-config.ts";
import { type Containerd, dumpConfig } from "./containerd.ts";
import type { NodeShell } from "./node-shell.ts";

/** The first file by name is the one in use. */
const readFirst = `cat "$(find "$1" -maxdepth 1 \\( -name '*.conf' -o -name '*.conflist' -o -name '*.json' \\) |
  LC_ALL=C sort | head -n 1)"`;

const plugin = z.object({ type: z.string() });
/** A list of plugins, or a single one. */
const network = z.union([
  z.object({ plugins: z.array(plugin).min(1) }),
  plugin.transform((one) => ({ plugins: [one] })),
]);

/**
 * The CNI plugins that connect a node's pods, in the order in which they are called: `bridge, portmap`.
 * @returns `undefined` where the folder that containerd names has no configuration that can be read
 */
export async function containerNetwork(
  shell: NodeShell,
  containerd: Pick<Containerd, "program" | "configPath">,
): Promise<string | undefined> {
  const folder = cniFolder(await dumpConfig(shell, containerd));
  const { code, stdout } = await shell.run(readFirst, { args: [folder] });
  if (code !== 0) return undefined;
  try {
    const { plugins } = network.parse(JSON.parse(stdout));
    return plugins.map(({ type }) => type).join(", ");
  } catch {
    return undefined;
  }
}
