/** Images of our own programs: the gateway, and the services that a run may start in a pod of the cluster. */
import { readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { gatewayPort } from "../provider/own-gateway.ts";
import { serviceEntries, servicePath, type ServiceProgram } from "../services/service-programs.ts";
import { bundleProgram } from "../../images/bundle-program.ts";
import { inImage } from "../../images/in-image.ts";
import type { ImageSettings } from "../../images/oci/image.ts";
import type { LayerEntry } from "../../images/oci/layer.ts";

export const programNames = ["gateway", "services"] as const;
export type ProgramName = (typeof programNames)[number];

export interface ProgramImage {
  readonly program: ProgramName;
  /** Above the layer of Node. */
  readonly layers: readonly (readonly LayerEntry[])[];
  readonly settings: ImageSettings;
}

/** From the sources as they are now. */
export const programImages = async (): Promise<readonly ProgramImage[]> => [
  await gatewayImage(),
  await servicesImage(),
];

const settings = { env: { HOME: "/tmp" }, workingDirectory: "/tmp", user: "65534:65534" } as const;

async function gatewayImage(): Promise<ProgramImage> {
  const path = "/opt/gateway.mjs";
  const content = await bundleProgram(new URL("../provider/in-pod.ts", import.meta.url));
  return {
    program: "gateway",
    layers: [[{ path, kind: "text", content }]],
    settings: { ...settings, entrypoint: [inImage.node, path], ports: [gatewayPort] },
  };
}

/** What keeps the pod until a run starts its services there. */
const idle = `process.once("SIGTERM", () => process.exit());
setInterval(() => undefined, 3_600_000);
`;

async function servicesImage(): Promise<ProgramImage> {
  const idlePath = "/opt/idle.mjs";
  const programs = Object.entries(serviceEntries).map(async ([name, entry]): Promise<LayerEntry> => ({
    path: servicePath(name as ServiceProgram),
    kind: "text",
    content: await bundleProgram(entry, { external: [nativePackage] }),
  }));
  return {
    program: "services",
    layers: [await nativeLayer(), [{ path: idlePath, kind: "text", content: idle }, ...(await Promise.all(programs))]],
    settings: { ...settings, entrypoint: [inImage.node, idlePath], ports: [] },
  };
}

/** It loads a compiled part by its place, so it cannot be bundled. */
const nativePackage = "zeromq";
const modules = "/opt/node_modules";

/**
 * The package as it is installed here, for this machine's kind of processor alone, with the one that loads its part;
 * that needs no library but Node's.
 */
async function nativeLayer(): Promise<readonly LayerEntry[]> {
  const own = createRequire(import.meta.url);
  const folder = dirname(own.resolve(`${nativePackage}/package.json`));
  const loader = createRequire(join(folder, "package.json")).resolve("cmake-ts/build/loader.js");
  const root = dirname(folder);
  const compiled = await filesIn(join(folder, "build", process.platform, process.arch), ".node");
  const files = [
    ...["package.json", "build/manifest.json"].map((file) => join(folder, file)),
    ...(await filesIn(join(folder, "lib"), ".js")),
    ...compiled.filter((file) => !file.includes(`${sep}musl-`)),
    loader,
    join(dirname(dirname(loader)), "package.json"),
  ];
  return files.map((from) => ({ path: `${modules}/${relative(root, from).split(sep).join("/")}`, kind: "file", from }));
}

async function filesIn(folder: string, ending: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted();
}
