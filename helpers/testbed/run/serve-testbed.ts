import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { productPurchase } from "../../../fixtures/flows/product-purchase.ts";
import { functions } from "../../../fixtures/hello-retail/deployed-functions.ts";
import type { Config } from "../../config/config.ts";
import { labClient } from "./lab-gateway.ts";
import { startLab } from "./start-lab.ts";
import { serviceName, systemNamed } from "../../config/systems.ts";
import { deploymentOf } from "../block/deployment.ts";
import { surroundingsOf } from "../block/surroundings.ts";
import { seedMysql, startImageServer, startMailSink } from "../suite/hooks.ts";

export interface ServedTestbed extends AsyncDisposable {
  readonly info: {
    readonly gatewayUrl: string;
    readonly user: string;
    /** The password is in this file, for its owner alone. */
    readonly passwordFile: string;
    readonly imageUrl: string;
    readonly mailsUrl: string;
    readonly functions: readonly string[];
    /** A call that works, for somebody who tries it out; other functions take other bodies. */
    readonly sampleCall: { readonly url: string; readonly body: string };
  };
}

const sample = "product-purchase-getprice";

/** The whole application under the baseline system, without a measurement. Disposing removes everything. */
export async function serveTestbed(config: Config): Promise<ServedTestbed> {
  await using stack = new AsyncDisposableStack();
  const { lab } = stack.use(await startLab({ ...config, systems: [config.baseline] }));
  const client = stack.use(labClient(lab));
  const system = systemNamed(config.baseline);
  const ground = { lab, client, systems: [system.name], say: () => undefined };
  const databases = stack.use(await seedMysql(ground)).value;
  const images = stack.use(await startImageServer(ground)).value;
  const mail = stack.use(await startMailSink(ground)).value;
  const names = functions.map(({ name }) => serviceName(system, name));
  for (const definition of functions) {
    const image = lab.images[system.variant]?.[definition.name]?.reference ?? definition.name;
    const surroundings = surroundingsOf(system, { lab, databases, mail, images });
    await client.deploy({ ...deploymentOf(definition, system, image, surroundings) });
  }
  for (const name of names) await client.waitReady(name, { timeoutMs: config.readyTimeoutMs });

  const measured = productPurchase.find(({ label }) => label === sample);
  if (measured === undefined) throw new TypeError(`${sample} is measured no longer`);
  const { entry, path, input } = measured;
  const { imageUrl } = images;
  const url = new URL(`/function/${serviceName(system, entry)}${path}`, lab.gateway.url).href;

  const passwordFile = join(lab.runDirectory, "gateway-password");
  await writeFile(passwordFile, lab.gateway.password, { mode: 0o600 });
  const owned = stack.move();
  return {
    info: {
      gatewayUrl: lab.gateway.url,
      user: lab.gateway.user,
      passwordFile,
      imageUrl,
      mailsUrl: mail.controlUrl,
      functions: names,
      sampleCall: { url, body: input({ imageUrl }) },
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
