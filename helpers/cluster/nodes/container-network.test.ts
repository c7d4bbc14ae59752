import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { containerNetwork } from "./container-network.ts";
import { localShell } from "./local-shell.test-support.ts";

const list = '{"cniVersion": "1.0.0", "name": "pods", "plugins": [{"type": "bridge"}, {"type": "portmap"}]}';
const [cri2, cri3] = ["io.containerd.grpc.v1.cri", "io.containerd.cri.v1.runtime"];

/** What is found on a node with these files, and with a containerd whose configuration in effect names their folder. */
function networkOf(files: Readonly<Record<string, string>>, plugin = cri2): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "kalium-bench-cni-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const program = join(folder, "containerd");
  const dump = `[plugins."${plugin}".cni]\nconf_dir = "${folder}"`;
  writeFileSync(program, `#!/bin/sh\necho '${dump}'\n`, { mode: 0o755 });
  return containerNetwork(localShell, { program, configPath: join(folder, "config.toml") });
}

test.for([cri2, cri3])("plugins of a list, in their order; containerd's table is %s", async (plugin) => {
  expect(await networkOf({ "10-pods.conflist": list }, plugin)).toBe("bridge, portmap");
});

test("of several files the first by name is in use, others are not configurations", async () => {
  const single = '{"name": "calico", "type": "calico"}';
  expect(await networkOf({ "20-pods.conflist": list, "10-calico.conf": single, "00-README": "x" })).toBe("calico");
});

test.for([{}, { "10-pods.conflist": "{" }, { "10-pods.conflist": '{"plugins": []}' }])(
  "what cannot be read is not found: %o",
  async (files) => {
    expect(await networkOf(files)).toBeUndefined();
  },
);
