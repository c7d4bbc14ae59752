/** On every container of ours; its value is the run's id. */
export const runLabel = "kalium-bench.run";

/** Removes the containers of a run that was killed where Ryuk does not run. @returns how many */
export async function removeContainers(runId: string): Promise<number> {
  const { getContainerRuntimeClient } = await import("testcontainers");
  const { container: containers } = await getContainerRuntimeClient();
  const filters = { label: [`${runLabel}=${runId}`] };
  const found = await containers.dockerode.listContainers({ all: true, filters });
  await Promise.all(found.map(({ Id }) => containers.getById(Id).remove({ force: true, v: true })));
  return found.length;
}
