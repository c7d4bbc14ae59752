import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** On every container of ours; its value is the run's id. */
export const containerRunLabel = "kalium-bench.run";

/** Removes the containers of a run that was killed where Ryuk does not run. @returns how many */
export async function removeContainers(runId: string): Promise<number> {
  if (noEngineReason() !== undefined) return 0;
  const { getContainerRuntimeClient } = await import("testcontainers");
  const { container: containers } = await getContainerRuntimeClient();
  const filters = { label: [`${containerRunLabel}=${runId}`] };
  const found = await containers.dockerode.listContainers({ all: true, filters });
  await Promise.all(found.map(({ Id }) => containers.getById(Id).remove({ force: true, v: true })));
  return found.length;
}

/** Testcontainers takes a second to load: not worth it where nothing hints at an engine. Says why nothing does. */
export function noEngineReason(): string | undefined {
  const { DOCKER_HOST, TESTCONTAINERS_HOST_OVERRIDE, XDG_RUNTIME_DIR = "" } = process.env;
  if (DOCKER_HOST !== undefined || TESTCONTAINERS_HOST_OVERRIDE !== undefined) return undefined;
  const atHome = [".docker/run/docker.sock", ".docker/desktop/docker.sock", ".testcontainers.properties"];
  const places = [
    ...["/var/run/docker.sock", join(XDG_RUNTIME_DIR, "docker.sock")],
    ...atHome.map((path) => join(homedir(), path)),
  ];
  if (places.some((path) => existsSync(path))) return undefined;
  return "no Docker engine: DOCKER_HOST is not set and there is no docker.sock";
}
