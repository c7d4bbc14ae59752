/** What a function image consists of: Node with its libraries, the watchdog, the function. Each is a layer. */
import { access, constants, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { ImageRecipe } from "../contracts/application.ts";
import { allocator } from "../sandboxes/environment.ts";
import { librariesOf, proofTools } from "../sandboxes/skeleton.ts";
import { bundleProgram } from "./bundle-program.ts";
import { starter, watchdogParts } from "./watchdog/starter.ts";
import { inImage, watchdogPort } from "./in-image.ts";
import type { ImageSettings } from "./oci/image.ts";
import type { LayerEntry } from "./oci/layer.ts";

const authorities = "/etc/ssl/certs/ca-certificates.crt";

/** Shared by all images: the Node that runs everywhere else too, and no distribution around it. */
export async function nodeLayer(nodeBinary: string): Promise<readonly LayerEntry[]> {
  const programs: readonly [string, string][] = [
    [inImage.node, nodeBinary],
    ["/bin/sh", await realpath("/bin/sh")],
    ...(await proofTools()).map((tool): [string, string] => [tool, tool]),
  ];
  const libraries = await Promise.all(programs.map(([, from]) => librariesOf(from)));
  const certified = await access(authorities, constants.R_OK).then(
    () => true,
    () => false,
  );
  return [
    ...programs.map(([path, from]): LayerEntry => ({ path, kind: "file", from, mode: 0o755 })),
    ...[...new Set(libraries.flat())].map((path): LayerEntry => ({ path, kind: "file", from: path, mode: 0o755 })),
    ...(certified ? [{ path: authorities, kind: "file", from: authorities } as const] : []),
    { path: "/etc/passwd", kind: "text", content: "root:x:0:0::/:/bin/false\nnobody:x:65534:65534::/tmp:/bin/false\n" },
    { path: "/etc/group", kind: "text", content: "root:x:0:\nnogroup:x:65534:\n" },
    { path: "/etc/nsswitch.conf", kind: "text", content: "hosts: files dns\n" },
    { path: "/tmp", kind: "folder", mode: 0o1777 },
    { path: inImage.function, kind: "folder" },
    { path: "/var/openfaas/secrets", kind: "folder" },
  ];
}

/** @param ofWatchdog path of OpenFaaS' own binary, to take instead of ours */
export async function watchdogLayer(ofWatchdog?: string): Promise<readonly LayerEntry[]> {
  if (ofWatchdog !== undefined) return [{ path: inImage.watchdog, kind: "file", from: ofWatchdog, mode: 0o755 }];
  const parts = Object.values(watchdogParts).map(async ({ path, entry, format }): Promise<LayerEntry> => ({
    path,
    kind: "text",
    content: await bundleProgram(entry, { format }),
  }));
  return [{ path: inImage.watchdog, kind: "text", content: starter, mode: 0o755 }, ...(await Promise.all(parts))];
}

/** @param directory of the function's files, as `buildImages` leaves them */
export const functionLayer = (directory: string, { bundles, copies = {} }: ImageRecipe): readonly LayerEntry[] =>
  [...Object.keys(bundles), ...Object.keys(copies)].map((file) => ({
    path: `${inImage.function}/${file}`,
    kind: "file",
    from: join(directory, file),
  }));

/** Ports of functions in images: nobody but the watchdog reaches them. */
const functionPort = 3000;

/** Of an image, wherever it runs. */
export const ownVariables = ({ command }: Pick<ImageRecipe, "command">): Readonly<Record<string, string>> => ({
  mode: "http",
  fprocess: command.join(" "),
  ...allocator,
});

/** The same for all functions of a variant. */
export const functionSettings = ({ command }: Pick<ImageRecipe, "command">): ImageSettings => ({
  env: {
    PATH: "/opt:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: "/tmp",
    ...ownVariables({ command }),
    upstream_url: `http://127.0.0.1:${functionPort}`,
    http_host: "127.0.0.1",
    http_port: String(functionPort),
  },
  entrypoint: [inImage.watchdog],
  workingDirectory: inImage.function,
  user: "65534:65534",
  ports: [watchdogPort],
});
