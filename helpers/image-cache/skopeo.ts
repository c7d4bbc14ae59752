import { KaliumError } from "../base/errors.ts";
import { onPath } from "../runtimes/binary.ts";
import { runCommand } from "../sandboxes/run-command.ts";
import { type ImageReference, sourceOf } from "./reference.ts";

/** The words of the OCI image-spec (config.md). */
export const ociArchitecture = ({ x64: "amd64" } as Readonly<Record<string, string>>)[process.arch] ?? process.arch;

/** What skopeo and engines' clients read: accounts, engines, proxies, certificates. */
const passedOn = [
  ...["HOME", "XDG_RUNTIME_DIR", "REGISTRY_AUTH_FILE", "DOCKER_CONFIG", "DOCKER_HOST", "DOCKER_CERT_PATH"],
  ...[
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
  ],
];

const environment = (): Readonly<Record<string, string>> =>
  Object.fromEntries(passedOn.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));

/** A large image from a distant registry takes long. */
const copyTimeoutMs = 3_600_000;

/** @throws {KaliumError} E_SETUP with the command that installs it */
export async function programNamed(name: "skopeo" | "umoci"): Promise<string> {
  const found = await onPath(name);
  if (found !== undefined) return found;
  throw new KaliumError("E_SETUP", `images of others need ${name}, and this machine has none`, {
    hint: "Run `npm run setup`, which installs it.",
    details: { status: 400 },
  });
}

/** `skopeo inspect --raw`: the manifest's bytes as they are. @throws {KaliumError} E_DEPLOY, E_SETUP */
export const readManifest = (reference: ImageReference, signal: AbortSignal): Promise<string> =>
  skopeo(["inspect", ...tlsOf(reference, ""), "--raw", sourceOf(reference)], reference, signal);

/** `skopeo inspect --config` for this machine's architecture, as OCI writes it. @throws {KaliumError} E_DEPLOY, E_SETUP */
export const readConfig = (reference: ImageReference, signal: AbortSignal): Promise<string> =>
  skopeo(["inspect", ...tlsOf(reference, ""), "--config", "--raw", sourceOf(reference)], reference, signal);

/** Copies manifest, configuration and layers, still packed, to a folder. @throws {KaliumError} E_DEPLOY, E_SETUP */
export async function copyImage(reference: ImageReference, folder: string, signal: AbortSignal): Promise<void> {
  await skopeo(
    ["copy", "--quiet", "--format", "oci", ...tlsOf(reference, "src-"), sourceOf(reference), `dir:${folder}`],
    reference,
    signal,
  );
}

/** A registry of this machine speaks plain HTTP, as Docker takes it. */
const tlsOf = (reference: ImageReference, prefix: string): readonly string[] =>
  reference.kind === "registry" && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(reference.registry)
    ? [`--${prefix}tls-verify=false`]
    : [];

async function skopeo(words: readonly string[], reference: ImageReference, signal: AbortSignal): Promise<string> {
  const program = await programNamed("skopeo");
  // It ends with us: started from the main thread only.
  const command = [
    "setpriv",
    "--pdeathsig",
    "KILL",
    program,
    "--override-arch",
    ociArchitecture,
    "--override-os",
    "linux",
  ] as const;
  const { code, stdout, stderr } = await runCommand([...command, ...words], {
    timeoutMs: copyTimeoutMs,
    signal,
    env: environment(),
  });
  if (code === 0) return stdout;
  throw failure(reference, stderr);
}

const listing = { "docker-daemon": "docker images", "containers-storage": "podman images" } as const;

/** Most machines of this kind have no engine, and another one's image comes in a file. */
function engineFailure({ transport, name }: Extract<ImageReference, { kind: "engine" }>, words: string): KaliumError {
  const source = `${transport}:${name}`;
  const elsewhere = `export the image where it is, \`docker save -o FILE ${name}\`, and name docker-archive:/FILE`;
  const [reason, hint] = /cannot connect|is the docker daemon running|permission denied/i.test(words)
    ? [
        `image ${source} cannot be fetched, because its engine does not answer: ${words}`,
        `Start the engine, or ${elsewhere}.`,
      ]
    : [`image ${source} is not found: ${words}`, `List what there is with \`${listing[transport]}\`, or ${elsewhere}.`];
  return new KaliumError("E_DEPLOY", reason, { hint, details: { status: 400 } });
}

/** skopeo's words, with what to do about the usual ones. */
export function failure(reference: ImageReference, stderr: string): KaliumError {
  const words = /msg="((?:[^"\\]|\\.)*)"/.exec(stderr)?.[1]?.replaceAll('\\"', '"') ?? (stderr.trim() || "no reason");
  const source = sourceOf(reference);
  const refused = (reason: string, hint: string): KaliumError =>
    new KaliumError("E_DEPLOY", reason, { hint, details: { status: 400 } });
  if (/no image found in (?:manifest list|image index) for architecture/i.test(words)) {
    return refused(
      `image ${source} is not available for linux/${ociArchitecture}: ${words}`,
      `Build it for this machine: docker buildx build --platform linux/${ociArchitecture} ...`,
    );
  }
  if (reference.kind === "engine") return engineFailure(reference, words);
  if (
    /no such file or directory|not found|manifest unknown|StatusCode: 404|no such image|does not resolve|no descriptor|identifier is not an image/i.test(
      words,
    )
  ) {
    return refused(`image ${source} is not found: ${words}`, `Look at it with \`skopeo inspect ${source}\`.`);
  }
  if (/unauthorized|authentication required|denied/i.test(words)) {
    const registry = reference.kind === "registry" ? reference.registry : "REGISTRY";
    return refused(`image ${source} is refused: ${words}`, `Log in with \`skopeo login ${registry}\`.`);
  }
  return refused(`image ${source} cannot be fetched: ${words}`, `Try \`skopeo inspect ${source}\`.`);
}
