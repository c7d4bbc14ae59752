/** Mounts of an OCI bundle. */

/** A disk in memory, which counts as the instance's. `options`: besides `nosuid`. */
export const memoryDisk = (destination: string, options: readonly string[]): unknown => ({
  destination,
  type: "tmpfs",
  source: "tmpfs",
  options: ["nosuid", ...options],
});

/** A file or folder of the host. */
export const readOnly = (destination: string, source: string): unknown => ({
  destination,
  type: "bind",
  source,
  options: ["rbind", "ro", "nosuid", "nodev"],
});
