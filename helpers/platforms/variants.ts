/** What a run prepares for the variants of the chosen systems: their images and their secrets. */
import { functions } from "../../fixtures/hello-retail/deployed-functions.ts";
import { variants } from "../../fixtures/variants/index.ts";
import type { Config } from "../config/config.ts";
import type { Variant, VariantDefinition } from "../contracts/application.ts";
import { createClient, type ClientOptions } from "../gateway/client.ts";
import { buildImages } from "../images/build-images.ts";
import { createBundler } from "../images/bundler.ts";
import { systemNamed } from "../config/systems.ts";
import { unpackWatchdog, type WatchdogIdentity } from "../images/unpacked.ts";
import { emptyFunction } from "../images/empty-function.ts";
import { systemCallsFunction } from "../images/system-calls-function.ts";
import type { VariantImages, VariantSecrets } from "./platform.ts";

/** Functions without application, which measure harness and runtimes, are only needed plain. @throws {KaliumError} E_DEPLOY */
export async function buildAllImages(
  config: Config,
  imagesDirectory: string,
): Promise<{ readonly images: VariantImages; readonly watchdog: WatchdogIdentity }> {
  const bundler = createBundler();
  const watchdog = await unpackWatchdog(imagesDirectory, config.watchdog);
  const built = variantsOf(config).map(async (variant): Promise<[Variant, VariantImages[Variant]]> => {
    const plain = variant.name === "vanilla" ? [emptyFunction, systemCallsFunction] : [];
    return [
      variant.name,
      await buildImages({ functions: [...functions, ...plain], variant, imagesDirectory, bundler, watchdog }),
    ];
  });
  return { images: Object.fromEntries(await Promise.all(built)), watchdog };
}

/** Makes the secrets and hands them to the gateway. @returns their names */
export async function installVariantSecrets(config: Config, gateway: ClientOptions): Promise<VariantSecrets> {
  using client = createClient(gateway);
  const names: [Variant, readonly string[]][] = [];
  for (const { name, makeSecrets } of variantsOf(config)) {
    const secrets = (await makeSecrets?.()) ?? {};
    for (const [secret, content] of Object.entries(secrets)) await client.putSecret(secret, content);
    names.push([name, Object.keys(secrets)]);
  }
  return Object.fromEntries(names);
}

/** Of the chosen systems, and vanilla, which the floors need. */
export function variantsOf(config: Config): readonly VariantDefinition[] {
  const wanted = new Set(config.systems.map((name) => systemNamed(name).variant));
  return variants.filter(({ name }) => wanted.has(name) || name === "vanilla");
}
