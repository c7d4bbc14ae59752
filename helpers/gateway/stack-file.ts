/** `stack.yml` as faas-cli reads it, but strict: a key that OpenFaaS would silently ignore is an error here. */
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import { KaliumError, messageOf } from "../errors.ts";
import type { GatewayClient } from "./client.ts";
import type { Deployment } from "./deployment.ts";

export interface StackFile {
  /** `provider.gateway`, when it is given. */
  readonly gateway: string | undefined;
  /** In the file's order. */
  readonly deployments: readonly Deployment[];
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const variables = z.record(z.string(), scalar);
const resources = z.strictObject({ memory: scalar.optional(), cpu: scalar.optional() });
const strings = z.array(z.string());

const functionSchema = z.strictObject({
  image: z.string().min(1),
  // What only building needs is accepted and not used.
  lang: z.string().optional(),
  handler: z.string().optional(),
  skip_build: z.boolean().optional(),
  build_args: variables.optional(),
  build_options: strings.optional(),
  build_secrets: variables.optional(),
  platforms: z.string().optional(),
  fprocess: z.string().optional(),
  environment: variables.default({}),
  environment_file: strings.default([]),
  secrets: strings.default([]),
  constraints: strings.optional(),
  labels: variables.default({}),
  annotations: variables.default({}),
  limits: resources.optional(),
  requests: resources.optional(),
  readonly_root_filesystem: z.boolean().optional(),
  namespace: z.string().optional(),
});

const stackSchema = z.strictObject({
  version: scalar.refine((value) => value === "1" || value === "1.0", 'only "1.0" is valid').optional(),
  provider: z.strictObject({ name: z.literal("openfaas"), gateway: z.url().optional() }),
  functions: z.record(z.string(), functionSchema).default({}),
  configuration: z.unknown().optional(),
});

const environmentFileSchema = z.strictObject({ environment: variables });

type StackFunction = z.infer<typeof functionSchema>;

/**
 * @param env for `${VAR}` and `${VAR:-default}`; an unset variable without a default is an error
 * @throws {KaliumError} E_CONFIG with the file, the place in it and what is wrong
 */
export async function readStackFile(
  file: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<StackFile> {
  const stack = await readYaml(file, stackSchema, env);
  const deployments = await Promise.all(
    Object.entries(stack.functions).map(async ([name, definition]) => {
      const files = definition.environment_file.map((path) => resolve(dirname(file), path));
      const read = await Promise.all(files.map((path) => readYaml(path, environmentFileSchema, env)));
      return deploymentOf(
        name,
        definition,
        Object.assign({}, ...read.map(({ environment }) => environment)) as Variables,
      );
    }),
  );
  return { gateway: stack.provider.gateway, deployments };
}

/** Deploys in the file's order; does not wait until the functions are ready. */
export async function deployStack(client: Pick<GatewayClient, "deploy">, file: string): Promise<StackFile> {
  const stack = await readStackFile(file);
  for (const deployment of stack.deployments) await client.deploy(deployment);
  return stack;
}

type Variables = Readonly<Record<string, string>>;

function deploymentOf(service: string, definition: StackFunction, fromFiles: Variables): Deployment {
  const { image, fprocess, environment, secrets, constraints, labels, annotations, limits, requests } = definition;
  return {
    service,
    image,
    envVars: { ...environment, ...fromFiles },
    secrets,
    labels,
    annotations,
    ...(fprocess === undefined ? {} : { envProcess: fprocess }),
    ...(constraints === undefined ? {} : { constraints }),
    ...(limits === undefined ? {} : { limits }),
    ...(requests === undefined ? {} : { requests }),
    ...(definition.readonly_root_filesystem === true ? { readOnlyRootFilesystem: true } : {}),
    ...(definition.namespace === undefined ? {} : { namespace: definition.namespace }),
  };
}

async function readYaml<T>(
  file: string,
  schema: z.ZodType<T>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<T> {
  const fail = (why: string): KaliumError => new KaliumError("E_CONFIG", `${file}: ${why}`);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new KaliumError("E_CONFIG", messageOf(error), { cause: error });
  }
  const document = parseDocument(substitute(text, env, fail));
  const [problem] = document.errors;
  if (problem !== undefined) throw fail(problem.message);
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  throw fail(parsed.error.issues.map(describeIssue).join("; "));
}

function substitute(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  fail: (why: string) => KaliumError,
): string {
  return text.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g, (_, name: string, fallback?: string) => {
    const value = env[name] || fallback;
    if (value === undefined) throw fail(`the variable ${name} is not set and has no default: write \${${name}:-value}`);
    return value;
  });
}

const timeouts = new Set(["read_timeout", "write_timeout", "exec_timeout", "healthcheck_interval", "max_inflight"]);

function describeIssue(issue: z.core.$ZodIssue): string {
  const at = issue.path.map(String);
  if (issue.code !== "unrecognized_keys") return `${at.join(".") || "the file"}: ${issue.message}`;
  return issue.keys
    .map((key) => {
      const why = timeouts.has(key) && at[0] === "functions" ? 'timeouts belong under "environment"' : "unknown key";
      return `${[...at, key].join(".")}: ${why}`;
    })
    .join("; ");
}
