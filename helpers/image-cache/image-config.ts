import { z } from "zod";
import { KaliumError } from "../base/errors.ts";
import { ociArchitecture } from "./skopeo.ts";

const strings = z.array(z.string()).nullish();

export const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/, "only sha256 digests are supported");

/** OCI image-spec, config.md; Docker's own differs in nothing that is read here. */
const configSchema = z.object({
  architecture: z.string().nullish(),
  os: z.string().nullish(),
  config: z
    .object({
      Env: strings,
      Entrypoint: strings,
      Cmd: strings,
      WorkingDir: z.string().nullish(),
      User: z.string().nullish(),
      ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullish(),
  // They become names of files.
  rootfs: z.object({ diff_ids: z.array(digestSchema) }).nullish(),
});

/** How a container of an image starts. */
export interface ImageConfig {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  /** As the image says it: a name or a number, perhaps with a group; empty: root. */
  readonly user: string;
  /** `3000/tcp` */
  readonly exposedPorts: readonly string[];
  /** Digests of the layers before compression, from the lowest. */
  readonly diffIds: readonly string[];
}

/** What container runtimes give where an image says nothing. */
const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** @throws {KaliumError} E_DEPLOY where this machine cannot run it */
export function readImageConfig(text: string, source: string): ImageConfig {
  const refused = (reason: string, hint: string): KaliumError =>
    new KaliumError("E_DEPLOY", `image ${source} ${reason}`, { hint, details: { status: 400, lasting: true } });
  const parsed = configSchema.safeParse(jsonOf(text));
  if (!parsed.success) {
    throw refused(`has an unusable configuration: ${z.prettifyError(parsed.error)}`, "Build the image again.");
  }
  const { architecture, os, config, rootfs } = parsed.data;
  const platform = `${os ?? "linux"}/${architecture ?? ociArchitecture}`;
  if (platform !== `linux/${ociArchitecture}`) {
    throw refused(
      `is for ${platform}, and this machine is linux/${ociArchitecture}`,
      `Build it for this machine: docker buildx build --platform linux/${ociArchitecture} ...`,
    );
  }
  const command = [...(config?.Entrypoint ?? []), ...(config?.Cmd ?? [])];
  if (command.length === 0) {
    throw refused(
      "has neither an entrypoint nor a command",
      'Add one to its Dockerfile, for a function of OpenFaaS `CMD ["fwatchdog"]`, and build it again.',
    );
  }
  return {
    command,
    env: { PATH: usualPath, ...variablesOf(config?.Env ?? []) },
    workingDirectory: config?.WorkingDir || "/",
    user: config?.User ?? "",
    exposedPorts: Object.keys(config?.ExposedPorts ?? {}),
    diffIds: rootfs?.diff_ids ?? [],
  };
}

const variablesOf = (words: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    words.flatMap((word) => {
      const [name = "", value = ""] = word.split(/=(.*)/s);
      return name === "" ? [] : [[name, value]];
    }),
  );

/** `undefined`: not JSON, which the schemas of what is read here refuse. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
