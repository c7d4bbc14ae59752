/** An application of the user's: a stack file of OpenFaaS and the calls that are measured. docs/your-own.md */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, dirname, relative, resolve } from "node:path";
import type { ApplicationRecord } from "../../reports/records/application-record.ts";
import { fileReasonOf, KaliumError } from "../base/errors.ts";
import { checkPolicy } from "../config/check-policy.ts";
import { readableDump } from "../config/kinds.ts";
import { suggest } from "../config/suggest.ts";
import type { MeasuredFunction, RunFunction } from "../contracts/application.ts";
import type { Deployment } from "../gateway/deployment.ts";
import { readStackFile } from "../gateway/stack/stack-file.ts";
import { substitute, type Variables } from "../gateway/stack/substitute.ts";
import { readYamlText } from "../gateway/stack/yaml-file.ts";
import { type CallOf, measuredCall, recordedCall } from "./call.ts";
import { ownFunction, ownImageProblem } from "./own-images.ts";
import { applicationError, type Blame, readSection } from "./section.ts";
import type { ApplicationSection } from "./section-schema.ts";
import { unknownVariables, usedVariables, variablesOfServices } from "./service-variables.ts";
import { namesImage, templateProblem } from "./template.ts";

/** A function of the user's stack file. */
export interface UserFunction extends RunFunction {
  readonly image: string;
  /** The function of ours whose image it is; absent: an image of the user's. */
  readonly own?: string;
}

export interface UserApplication {
  /** Absolute. */
  readonly file: string;
  readonly record: ApplicationRecord;
  readonly services: NonNullable<ApplicationSection["services"]>;
  /** Absolute, each. */
  readonly paths: { readonly dump?: string; readonly policy?: string; readonly picture?: string };
  readonly functions: readonly UserFunction[];
  /** In the order of the file. */
  readonly measured: readonly MeasuredFunction<never>[];
  /** Names of all that functions mount. */
  readonly secrets: readonly string[];
  /** Absolute. */
  readonly stackFolder: string;
  /** What the stack file says without effect. */
  readonly warnings: readonly string[];
  /** The deployments as the stack file has them, by function, with these variables of services. @throws {KaliumError} */
  readonly deployments: (variables: Variables) => Promise<ReadonlyMap<string, Deployment>>;
}

/** Where a variable has no value yet. */
const standIn = (name: string): string => `${name}-of-the-run`;

/**
 * @param more text that follows the file's, for a section that is not yet in it
 * @throws {KaliumError} E_CONFIG with all that is wrong, each with its line
 */
export async function readApplication(path: string, env: Variables = process.env, more = ""): Promise<UserApplication> {
  const file = resolve(path);
  const shown = shownPath(file);
  const written = `${await readYamlText(file)}${more}`;
  const named = [...written.matchAll(/\bBENCH_\w+/g)].map(([name]) => [name, standIn(name)]);
  const { section, isStack, blame } = readSection(
    shown,
    substitute(written, { ...env, ...(Object.fromEntries(named) as Variables) }).text,
  );
  const problems: string[] = [];
  if (isStack === (section.stack !== undefined)) {
    const why = isStack ? "this file is a stack file itself" : "expected the path of a stack file, and it is missing";
    throw applicationError(shown, [blame(["stack"], why)]);
  }
  const stackFile = section.stack === undefined ? file : resolve(dirname(file), section.stack);
  const stackText = stackFile === file ? written : await readYamlText(stackFile);
  const used = usedVariables(stackText);
  const stack = await readStackFile(stackFile, {
    ...env,
    ...Object.fromEntries(used.map(({ name }) => [name, standIn(name)])),
  });
  const services = section.services ?? {};
  const names = stack.deployments.map(({ service }) => service);
  const ofStack = [
    ...unknownVariables(used, variablesOfServices(services, names)),
    ...stack.deployments.flatMap((each) => ownImageProblem(each) ?? []),
  ];
  if (ofStack.length > 0) throw applicationError(shown, ofStack, shownPath(stackFile));
  if (/"[^"]*BENCH_\w+-of-the-run/.test(JSON.stringify(section))) {
    const why = "variables of services have no value here, because they differ between systems; functions have them";
    problems.push(blame([], why));
  }

  const paths = pathsOf(section, dirname(file));
  const read = createReader(blame);
  if (paths.dump !== undefined && !readableDump.safeParse(paths.dump).success) {
    const why = `expected a file that can be read, or a folder that mydumper wrote, got ${paths.dump}`;
    problems.push(blame(["services", "mysql", "dump"], why));
  }
  const files = [file, ...(stackFile === file ? [] : [stackFile]), ...stack.environmentFiles];
  const contents = await Promise.all(files.map((each) => read(each, [])));
  for (const key of ["policy", "picture"] as const) {
    const at = key === "policy" ? ["policy"] : ["services", "image-server", "picture"];
    if (paths[key] !== undefined) contents.push(await read(paths[key], at));
  }
  if (paths.policy !== undefined && read.problems.length === 0) problems.push(...policyProblems(paths.policy, blame));
  const application = section.name ?? nameOf(file);
  const calls: CallOf[] = [];
  for (const [label, call] of Object.entries(section.calls)) {
    problems.push(...callProblems(label, section, names, blame));
    const bytes =
      call.file === undefined ? undefined : await read(resolve(dirname(file), call.file), ["calls", label, "file"]);
    if (bytes !== undefined) contents.push(bytes);
    calls.push({ application, label, call, bytes });
  }
  problems.push(...read.problems);
  if (problems.length > 0) throw applicationError(shown, [...new Set(problems)]);
  const hash = createHash("sha256");
  for (const content of contents) hash.update(`${content?.length ?? 0}\0`).update(content ?? "");
  const content = {
    functions: stack.deployments.map(({ service: name, image }) => ({ name, image })),
    calls: calls.map(recordedCall),
  };
  const sha256 = hash.update(JSON.stringify(content)).digest("hex"); // variables of the user's may be in it
  return {
    file,
    record: { name: application, sha256, ...content },
    services,
    paths,
    functions: stack.deployments.map(({ service: name, image }) => {
      const own = ownFunction(image);
      return { name, image, needs: [], tables: {}, calls: {}, ...(own !== undefined && { own }) };
    }),
    measured: calls.map(measuredCall),
    secrets: [...new Set(stack.deployments.flatMap(({ secrets = [] }) => secrets))],
    stackFolder: dirname(stackFile),
    warnings: stack.warnings.filter((warning) => !/BENCH_/.test(warning)),
    deployments: async (variables) => {
      const { deployments } = await readStackFile(stackFile, { ...env, ...variables });
      return new Map(deployments.map((deployment) => [deployment.service, deployment]));
    },
  };
}

/** As its reader would type it. */
function shownPath(file: string): string {
  const short = relative(process.cwd(), file);
  return short.startsWith("..") ? file : short;
}

/** `stack.yml` says nothing; its folder does. */
function nameOf(file: string): string {
  const stem = basename(file).replace(/\.ya?ml$/i, "");
  const name = /^(stack|app|bench)$/i.test(stem) ? basename(dirname(file)) : stem;
  return name.replaceAll(/[^\w.-]/g, "-").replace(/^[^A-Za-z0-9]+/, "") || "application";
}

function pathsOf({ services, policy }: ApplicationSection, folder: string): UserApplication["paths"] {
  const dump = services?.mysql?.dump;
  const picture = services?.["image-server"]?.picture;
  return {
    ...(dump !== undefined && { dump: resolve(folder, dump) }),
    ...(policy !== undefined && { policy: resolve(folder, policy) }),
    ...(picture !== undefined && { picture: resolve(folder, picture) }),
  };
}

/** Reads files; what cannot be read is a problem at its place. */
function createReader(blame: Blame) {
  const problems: string[] = [];
  const read = async (path: string, at: readonly string[]): Promise<Buffer | undefined> => {
    try {
      return await readFile(path);
    } catch (error) {
      problems.push(blame(at, `expected a file that can be read, got ${path}: ${fileReasonOf(error)}`));
      return undefined;
    }
  };
  return Object.assign(read, { problems });
}

function policyProblems(path: string, blame: Blame): readonly string[] {
  try {
    checkPolicy(path);
    return [];
  } catch (error) {
    if (!(error instanceof KaliumError)) throw error;
    return [blame(["policy"], error.message.replace(`\n  -> ${error.hint ?? ""}`, ""))];
  }
}

function callProblems(
  label: string,
  section: ApplicationSection,
  functions: readonly string[],
  blame: Blame,
): readonly string[] {
  const call = section.calls[label];
  if (call === undefined) return [];
  const { callees, template = "" } = call;
  const at = (key: string): readonly string[] => ["calls", label, key];
  const absent = (name: string, key: string): readonly string[] => {
    if (functions.includes(name)) return [];
    const meant = suggest(name, functions);
    const others = meant === undefined ? `; there are ${functions.join(", ")}` : `; did you mean ${meant}?`;
    return [blame(at(key), `no function is called ${name}${others}`)];
  };
  const bad = templateProblem(template);
  const needsImage = namesImage(template) && section.services?.["image-server"] === undefined;
  const repeated = callees.filter((name, index) => name === call.function || callees.indexOf(name) !== index);
  return [
    ...absent(call.function, "function"),
    ...callees.flatMap((name) => absent(name, "callees")),
    ...repeated.map((name) => blame(at("callees"), `${name} is named twice`)),
    ...(bad === undefined ? [] : [blame(at("template"), bad)]),
    ...(needsImage ? [blame(at("template"), "{{image-url}} needs the service image-server")] : []),
  ];
}
