/** The example functions of `fixtures/examples`, built without a container engine from what this machine has. */
import { mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { KaliumError } from "../../base/errors.ts";
import { onPath } from "../../runtimes/binary.ts";
import { runCommand } from "../../sandboxes/run-command.ts";
import { openBlobStore } from "../oci/blob-store.ts";
import { type ImageSettings, writeImage } from "../oci/image.ts";
import { type LayerEntry, writeLayer } from "../oci/layer.ts";
import { writeLayout } from "./layout.ts";
import { pythonRoot } from "./python.ts";

export const exampleNames = ["hello-python", "hello-go"] as const;
export type ExampleName = (typeof exampleNames)[number];

export interface BuiltExample {
  readonly name: ExampleName;
  /** For `image:` of a stack file. */
  readonly reference: string;
  readonly digest: string;
}

interface Example {
  /** Layers from the lowest. */
  readonly layers: readonly (readonly LayerEntry[])[];
  readonly settings: ImageSettings;
}

const source = (path: string): string => fileURLToPath(new URL(`../../../fixtures/examples/${path}`, import.meta.url));

const users: readonly LayerEntry[] = [
  { path: "/etc/passwd", kind: "text", content: "root:x:0:0::/:/bin/false\napp:x:100:101::/home/app:/bin/false\n" },
  { path: "/etc/group", kind: "text", content: "root:x:0:\napp:x:101:\n" },
  { path: "/home/app", kind: "folder" },
  { path: "/tmp", kind: "folder", mode: 0o1777 },
];

/** As OpenFaaS' templates for the classic watchdog lay a function out. */
async function python(): Promise<Example> {
  const own: readonly LayerEntry[] = [
    { path: "/usr/bin/fwatchdog", kind: "file", from: source("hello-python/fwatchdog.py"), mode: 0o755 },
    { path: "/home/app/index.py", kind: "file", from: source("hello-python/index.py") },
  ];
  const env = { PATH: "/usr/bin:/bin", fprocess: "python3 index.py", PYTHONDONTWRITEBYTECODE: "1" };
  const settings = {
    env,
    entrypoint: [],
    command: ["fwatchdog"],
    workingDirectory: "/home/app",
    user: "app",
    ports: [8080],
  };
  return { layers: [await pythonRoot(), [...users, ...own]], settings };
}

/** As OpenFaaS' templates for of-watchdog lay a function out; nothing is in it but two programs without libraries. */
async function go(scratch: string): Promise<Example> {
  const compiler = await onPath("go");
  if (compiler === undefined) {
    throw new KaliumError("E_SETUP", "the example in Go needs the compiler go, and this machine has none", {
      hint: "Run as root: `apt-get install --no-install-recommends golang-go`.",
    });
  }
  const compile = async (folder: string, name: string): Promise<string> => {
    const to = join(scratch, name);
    const env = { CGO_ENABLED: "0", GOFLAGS: "-trimpath", GOTOOLCHAIN: "local", HOME: homedir() };
    const flags = ["-buildvcs=false", "-ldflags=-s -w"]; // git asks who owns the checkout, and its commit does not belong in
    const command = [compiler, "-C", source("hello-go"), "build", ...flags, "-o", to, folder] as const;
    const { code, stderr } = await runCommand(command, { timeoutMs: 600_000, env });
    if (code !== 0) throw new KaliumError("E_SETUP", `go build ${folder} failed: ${stderr.trim()}`);
    return to;
  };
  const [watchdog, handler] = [await compile("./watchdog", "fwatchdog"), await compile(".", "handler")];
  const own: readonly LayerEntry[] = [
    { path: "/usr/bin/fwatchdog", kind: "file", from: watchdog, mode: 0o755 },
    { path: "/home/app/handler", kind: "file", from: handler, mode: 0o755 },
  ];
  const env = { PATH: "/usr/bin", mode: "http", fprocess: "./handler", upstream_url: "http://127.0.0.1:8082" };
  const settings = {
    env,
    entrypoint: ["/usr/bin/fwatchdog"],
    workingDirectory: "/home/app",
    user: "app",
    ports: [8080],
  };
  return { layers: [[...users, ...own]], settings };
}

/** Writes `<directory>/<name>`, an OCI layout. The same sources and programs give the same digest. @throws {KaliumError} E_SETUP */
export async function buildExample(name: ExampleName, directory: string): Promise<BuiltExample> {
  const scratch = await mkdtemp(join(tmpdir(), "kalium-bench-example-"));
  try {
    const { layers, settings } = name === "hello-python" ? await python() : await go(scratch);
    const store = await openBlobStore(join(directory, name));
    const written = [];
    for (const entries of layers) written.push(await writeLayer(store, entries));
    const image = await writeImage(store, written, settings);
    await writeLayout(store, image, "latest");
    return { name, reference: `oci:${store.directory}:latest`, digest: image.descriptor.digest };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
