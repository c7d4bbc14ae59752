/** `stack.yml`: deployments as faas-cli 0.18.12 makes them of it. docs/stack-files.md has where we differ, and why. */
import { dirname, resolve } from "node:path";
import { KaliumError } from "../../base/errors.ts";
import type { GatewayClient } from "../client.ts";
import type { Deployment } from "../deployment.ts";
import { flagField, listField, map, struct, text, type Decoder } from "./decode.ts";
import { describeWarnings } from "./stack-warnings.ts";
import type { Variables } from "./substitute.ts";
import { seenFrom } from "../../image-cache/reference.ts";
import { readYaml, stackFileHint } from "./yaml-file.ts";

export interface StackFile {
  /** `provider.gateway`, when it is given. */
  readonly gateway: string | undefined;
  /** In the file's order. */
  readonly deployments: readonly Deployment[];
  /** What the file says without effect, one sentence each. */
  readonly warnings: readonly string[];
  /** Its environment files, absolute. */
  readonly environmentFiles: readonly string[];
}

const texts = listField(text);
const variables = map(text, "");
const resources = struct({ memory: text, cpu: text });

const functionShape = struct({
  ...{ image: text, fprocess: text, namespace: text, environment: variables, environment_file: texts, secrets: texts },
  ...{ constraints: texts, labels: variables, annotations: variables, limits: resources, requests: resources },
  readonly_root_filesystem: flagField,
  // What only building needs is checked and not used.
  ...{ lang: text, handler: text, skip_build: flagField, platforms: text },
  ...{ build_args: variables, build_options: texts, build_secrets: variables },
});

const stackShape = struct({
  version: text,
  provider: struct({ name: text, gateway: text }),
  functions: map<StackFunction>(functionShape, {}),
  configuration: struct({ copy: texts, templates: listField(struct({ name: text, source: text })) }),
  "kalium-bench": () => undefined, // measured calls: not for deploying
});

const environmentFileShape = struct({ environment: variables });

type Shape<D> = D extends Decoder<infer T> ? NonNullable<T> : never;
type StackFunction = Shape<typeof functionShape>;

/**
 * @param env for `${VAR}` and the other forms of drone/envsubst, in the stack file alone
 * @throws {KaliumError} E_CONFIG with the file, the place in it and what is wrong
 */
export async function readStackFile(file: string, env: Variables = process.env): Promise<StackFile> {
  const read = await readYaml(file, stackShape, env);
  const fail = (why: string, hint = stackFileHint): KaliumError =>
    new KaliumError("E_CONFIG", `${file}: ${why}`, { hint });
  const buildHint = ({ handler }: StackFunction): string | undefined =>
    handler && `Build an image of the source in ${handler}: name it under image, then run faas-cli build -f ${file}`;
  const { version = "", provider, functions = new Map<string, StackFunction>() } = read.value ?? {};
  if (version !== "" && version !== "1.0") throw fail(`version: expected 1.0, got ${version}`);
  const provided = provider?.name ?? "nothing";
  if (provided !== "openfaas") throw fail(`provider.name: expected openfaas, got ${provided}`);
  if (functions.size === 0) throw fail("functions: expected at least one, got none");
  const warnings = [...describeWarnings(file, read)];
  const deployments: Deployment[] = [];
  const environmentFiles = new Set<string>();
  for (const [name, definition] of functions) {
    const environment = new Map(definition.environment);
    for (const path of definition.environment_file ?? []) {
      const from = resolve(dirname(file), path);
      environmentFiles.add(from);
      const more = await readYaml(from, environmentFileShape);
      warnings.push(...describeWarnings(from, more));
      for (const [variable, value] of more.value?.environment ?? []) environment.set(variable, value);
    }
    if (name === "" || !definition.image) {
      throw fail(`functions.${name}: ${name === "" ? "a name" : "image"} is missing`, buildHint(definition));
    }
    const image = seenFrom(resolve(dirname(file)), withTag(definition.image));
    deployments.push(deploymentOf(name, image, definition, environment));
  }
  return {
    gateway: provider?.gateway,
    deployments,
    warnings: [...new Set(warnings)],
    environmentFiles: [...environmentFiles],
  };
}

/** Deploys in the file's order; does not wait until the functions are ready. */
export async function deployStack(
  client: Pick<GatewayClient, "deploy">,
  file: string,
  env: Variables = process.env,
): Promise<StackFile> {
  const stack = await readStackFile(file, env);
  for (const deployment of stack.deployments) await client.deploy(deployment);
  return stack;
}

/** Empty values count as absent, except labels and annotations. */
function deploymentOf(
  service: string,
  image: string,
  definition: StackFunction,
  environment: ReadonlyMap<string, string>,
): Deployment {
  const { fprocess, namespace, secrets = [], constraints = [], limits, requests } = definition;
  const [most, least] = [resourcesOf(limits), resourcesOf(requests)];
  return {
    service,
    image,
    ...(namespace && { namespace }),
    ...(fprocess && { envProcess: fprocess }),
    ...(environment.size > 0 && { envVars: Object.fromEntries(environment) }),
    ...(constraints.length > 0 && { constraints }),
    ...(secrets.length > 0 && { secrets }),
    labels: Object.fromEntries(definition.labels ?? []),
    annotations: Object.fromEntries(definition.annotations ?? []),
    ...(most && { limits: most }),
    ...(least && { requests: least }),
    ...(definition.readonly_root_filesystem === true && { readOnlyRootFilesystem: true }),
  };
}

const withTag = (image: string): string =>
  image.slice(image.lastIndexOf("/") + 1).includes(":") ? image : `${image}:latest`;

function resourcesOf(given: Shape<typeof resources> | undefined): Deployment["limits"] {
  const { memory, cpu } = given ?? {};
  return memory || cpu ? { ...(memory && { memory }), ...(cpu && { cpu }) } : undefined;
}
