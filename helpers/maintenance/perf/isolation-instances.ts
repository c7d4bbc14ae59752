/** Instances of one function behind each isolation, on each runtime that this machine has, side by side. */
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { functions } from "../../../fixtures/hello-retail/deployed-functions.ts";
import { isolationImages } from "../../../fixtures/variants/isolation-images.ts";
import type { ImageRecipe } from "../../contracts/application.ts";
import type { SandboxDriver } from "../../contracts/sandbox.ts";
import { untilReady } from "../../gateway/readiness.ts";
import { createBundler } from "../../images/bundler.ts";
import { openToAll } from "../../base/open-to-all.ts";
import { openRuntimes, startSandboxRun } from "./sandbox-run.ts";

export interface IsolationInstance {
  readonly runtime: string;
  readonly isolation: string;
  readonly url: string;
}

export interface IsolationInstances extends AsyncDisposable {
  readonly instances: readonly IsolationInstance[];
  /** Runtimes that cannot run here, with the reason. */
  readonly leftOut: readonly string[];
}

/** The smallest one, which needs nothing around it: what remains is the isolation. */
const functionName = "product-photos-4-success";
const wantedRuntimes = ["native", "gvisor"];
const memoryLimitBytes = 512 * 1024 * 1024;
const readyMs = 30_000;

/** @throws {KaliumError} E_SANDBOX, E_NETWORK or E_TIMEOUT; nothing is left behind then */
export async function startIsolationInstances(signal: AbortSignal): Promise<IsolationInstances> {
  await using stack = new AsyncDisposableStack();
  const { settings } = stack.use(await startSandboxRun());
  const images = await buildImages(join(settings.runDirectory, "images"));
  const instances: IsolationInstance[] = [];
  const { usable, leftOut } = await openRuntimes(wantedRuntimes, settings, signal);
  for (const { name, driver } of usable) {
    for (const image of images) {
      const url = await start(driver, image, instances.length, stack, signal);
      instances.push({ runtime: name, isolation: image.isolation, url });
    }
  }
  const owned = stack.move();
  return { instances, leftOut, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

interface Image {
  readonly isolation: string;
  readonly directory: string;
  readonly command: readonly string[];
}

async function buildImages(root: string): Promise<readonly Image[]> {
  const definition = functions.find(({ name }) => name === functionName);
  if (definition === undefined) throw new TypeError(`no function is called ${functionName}`);
  const bundler = createBundler();
  const build = async ([isolation, recipe]: readonly [string, ImageRecipe], index: number): Promise<Image> => {
    const directory = join(root, String(index));
    await mkdir(directory, { recursive: true });
    const { bundles, copies = {}, command } = recipe;
    for (const [file, source] of Object.entries(bundles)) await writeFile(join(directory, file), await bundler(source));
    for (const [file, from] of Object.entries(copies)) await copyFile(from, join(directory, file));
    await openToAll(directory);
    return { isolation, directory, command };
  };
  return Promise.all(Object.entries(isolationImages(definition)).map(build));
}

async function start(
  driver: SandboxDriver,
  { directory, command }: Image,
  index: number,
  stack: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<string> {
  const spec = { imageDirectory: directory, command, env: {}, secrets: {}, memoryLimitBytes, onLine: () => undefined };
  const sandbox = stack.use(await driver.start({ ...spec, id: `isolation-${String(index).padStart(2, "0")}` }, signal));
  const hint = new AbortController().signal;
  await untilReady(sandbox, "/_/health", { hint, timeoutMs: readyMs, signal });
  return `http://${sandbox.host}:${sandbox.port}/`;
}
