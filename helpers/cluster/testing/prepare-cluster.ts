import { clusterCommand, type CommandOutcome, imagesCommand } from "./cluster-command.ts";

/** `up` without a registry, with the images of plain functions on the nodes; may be repeated. `down` undoes it. */
export async function prepareCluster(kubeconfig: string, options: readonly string[] = []): Promise<void> {
  await succeed(clusterCommand(kubeconfig, ["up", "--mysql-image", "local", "--mysql-storage", "0", ...options]));
  await succeed(imagesCommand(kubeconfig, ["load", "--variant", "vanilla"]));
}

/** @returns its standard output @throws {Error} with its words when it has failed */
export async function succeed(command: Promise<CommandOutcome>): Promise<string> {
  const { code, stdout, stderr } = await command;
  if (code !== 0) throw new Error(`it ended with ${code}: ${stderr}`);
  return stdout;
}
