import { removeContainers } from "../services/mysql/containers.ts";
import { sweepLocalMysql } from "../services/mysql/sweep.ts";
import { runDirectoryOf } from "../sandboxes/run-directory.ts";
import { findDockerEngine } from "../machine/setup/find-docker.ts";

/** Ends the database server that a killed run left: the private one, or its container. */
export async function sweepDatabase(runId: string): Promise<readonly string[]> {
  const removed = (await sweepLocalMysql(runDirectoryOf(runId))) ? ["MySQL server"] : [];
  const containers = (await findDockerEngine()) === undefined ? 0 : await removeContainers(runId);
  return containers === 0 ? removed : [...removed, `${containers} containers`];
}
