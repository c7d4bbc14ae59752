import { appendFile, chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stringify } from "smol-toml";
import { sha256OfFile } from "../../base/sha256-of-file.ts";
import { addHandlers } from "../nodes/containerd-config.ts";
import { singleHandler, singleRunscPath } from "../runsc/builds.ts";
import { wrapperScript } from "../runsc/runsc-config.ts";
import { restartTestContainerd } from "./test-node.ts";

const containerdConfig = "/etc/containerd/config.toml";

export interface InstalledGvisor extends AsyncDisposable {
  readonly sha256: string;
}

/**
 * gVisor on the test cluster's node as its documentation installs it: `/usr/local/bin/runsc`, and a handler `runsc`.
 * The program is a copy of `runsc` with another digest. Disposing puts the node back.
 */
export async function installGvisor(runsc: string): Promise<InstalledGvisor> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "kalium-gvisor-"));
  stack.defer(() => rm(folder, { recursive: true }));
  stack.defer(() => rm(singleRunscPath, { force: true }));
  await copyFile(runsc, singleRunscPath);
  await appendFile(singleRunscPath, "\n");
  const [wrapper, configPath] = [join(folder, "runsc"), join(folder, "runsc.toml")];
  await writeFile(wrapper, wrapperScript(singleRunscPath)); // it does no harm where the kernel does not need it
  for (const program of [singleRunscPath, wrapper]) await chmod(program, 0o755);
  const root = join(folder, "state");
  await writeFile(configPath, stringify({ binary_name: wrapper, root, runsc_config: { platform: "systrap" } }));
  const text = await readFile(containerdConfig, "utf8");
  // The major version would matter only without a configuration.
  const edit = addHandlers({ path: containerdConfig, text, major: 1 }, [{ name: singleHandler, configPath }]);
  stack.defer(async () => {
    await (edit.kind === "edit" ? writeFile(containerdConfig, text) : rm(edit.path, { force: true }));
    await restartTestContainerd();
  });
  await mkdir(dirname(edit.path), { recursive: true });
  await writeFile(edit.path, edit.text);
  await restartTestContainerd();
  const owned = stack.move();
  return { sha256: await sha256OfFile(singleRunscPath), [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
