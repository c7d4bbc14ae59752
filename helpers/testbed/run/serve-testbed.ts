import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { functions } from "../../../fixtures/hello-retail/deployed-functions.ts";
import type { Config } from "../../config/config.ts";
import { labClient } from "./lab-gateway.ts";
import { serviceStarter } from "./service-starter.ts";
import { startLab } from "./start-lab.ts";
import { connectMysql } from "../../services/mysql/index.ts";
import { startSmtpSink } from "../../services/smtp-sink/index.ts";
import { serviceName, systemNamed } from "../../config/systems.ts";
import { seedDatabases } from "../suite/databases.ts";
import { deploymentOf, imageServerCaSecret } from "../block/deployment.ts";
import { surroundingsOf } from "../block/surroundings.ts";
import { startPictureServer } from "../suite/picture-server.ts";

export interface ServedTestbed extends AsyncDisposable {
  readonly info: {
    readonly gatewayUrl: string;
    readonly user: string;
    /** The password is in this file, for its owner alone. */
    readonly passwordFile: string;
    readonly imageUrl: string;
    readonly mailsUrl: string;
    readonly functions: readonly string[];
  };
}

/** The whole application under the baseline system, without a measurement. Disposing removes everything. */
export async function serveTestbed(config: Config): Promise<ServedTestbed> {
  await using stack = new AsyncDisposableStack();
  const { lab } = stack.use(await startLab({ ...config, systems: [config.baseline] }));
  const client = stack.use(labClient(lab));
  const admin = connectMysql(lab.mysql);
  stack.defer(() => admin.close());
  const system = systemNamed(config.baseline);
  const [databases, images, mail] = await Promise.all([
    seedDatabases(admin, [system.name], client, config.mysql.dump),
    startPictureServer(lab),
    startSmtpSink({ host: lab.network.hostAddress }, serviceStarter(lab)),
  ]);
  stack.use(images);
  stack.use(mail);
  const { caCertificatePem } = images.info;
  if (caCertificatePem !== undefined) await client.putSecret(imageServerCaSecret, caCertificatePem);
  const names = functions.map(({ name }) => serviceName(system, name));
  for (const definition of functions) {
    const image = lab.images[system.variant]?.[definition.name]?.reference ?? definition.name;
    const surroundings = surroundingsOf(system, { lab, databases, mail: mail.info, images: images.info });
    await client.deploy({ ...deploymentOf(definition, system, image, surroundings) });
  }
  for (const name of names) await client.waitReady(name, { timeoutMs: config.readyTimeoutMs });

  const passwordFile = join(lab.runDirectory, "gateway-password");
  await writeFile(passwordFile, lab.gateway.password, { mode: 0o600 });
  const owned = stack.move();
  return {
    info: {
      gatewayUrl: lab.gateway.url,
      user: lab.gateway.user,
      passwordFile,
      imageUrl: images.info.imageUrl,
      mailsUrl: mail.info.controlUrl,
      functions: names,
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
