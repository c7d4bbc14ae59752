/** What suites create before their tests, with `bed.beforeAll`. `serve` creates the same without a suite. */
import type { Config } from "../../config/config.ts";
import { selectSystems } from "../../config/select-systems.ts";
import type { ComparedSystem } from "../../config/systems.ts";
import type { Availability } from "../../contracts/runtime.ts";
import type { RuntimeName } from "../../contracts/system.ts";
import type { ImageServerInfo } from "../../services/image-server/index.ts";
import { connectMysql } from "../../services/mysql/index.ts";
import { type SmtpSinkInfo, startSmtpSink } from "../../services/smtp-sink/index.ts";
import { imageServerCaSecret, mailSecrets } from "../block/deployment.ts";
import { serviceStarter } from "../run/service-starter.ts";
import { type Seed, type SeededDatabases, seedDatabases } from "./databases.ts";
import { type Floors, openFloors } from "./floors.ts";
import type { Hook, PutUp } from "./hook.ts";
import { startPictureServer } from "./picture-server.ts";

/** One database for each system, filled with the seed. @throws {KaliumError} E_MYSQL */
export const seedMysql: Hook<SeededDatabases> = async ({ lab, client, systems, say }) => {
  say(`filling the databases of ${systems.join(", ")}`);
  await using stack = new AsyncDisposableStack();
  const admin = connectMysql(lab.mysql);
  stack.defer(() => admin.close());
  const databases = await seedDatabases(admin, systems, client, seedOf(lab.config));
  return putUp(databases, stack);
};

/** Only the artifact's table lacks a column that ours has: a dump of the user's application is loaded as it is. */
function seedOf({ mysql: { dump }, app }: Config): Seed {
  if (dump !== undefined) return { dump, ...(app !== undefined && { labelled: [] }) };
  return app === undefined ? "generated" : "none";
}

/** The server of the picture that functions download. @throws {KaliumError} E_SERVICE, E_CONFIG for the certificate */
export const startImageServer: Hook<ImageServerInfo> = async ({ lab, client, say }) => {
  say("starting the image server");
  await using stack = new AsyncDisposableStack();
  const { info } = stack.use(await startPictureServer(lab));
  const { caCertificatePem } = info;
  if (caCertificatePem !== undefined) await client.putSecret(imageServerCaSecret, caCertificatePem);
  return putUp(info, stack);
};

/** Takes the mails that functions send. @throws {KaliumError} E_SERVICE */
export const startMailSink: Hook<SmtpSinkInfo> = async ({ lab, client, keptMails, say }) => {
  say("starting the mail sink");
  await using stack = new AsyncDisposableStack();
  const { app, tls } = lab.config;
  const options = {
    host: lab.network.hostAddress,
    ...(keptMails !== undefined && { keep: keptMails }),
    ...(app === undefined && { startTls: tls.version }), // a client of yours might not trust this run's CA
  };
  const { info } = stack.use(await startSmtpSink(options, serviceStarter(lab)));
  if (info.login !== undefined) {
    await client.putSecret(mailSecrets.password, info.login.password);
    await client.putSecret(mailSecrets.ca, info.login.caCertificatePem);
  }
  return putUp(info, stack);
};

/**
 * The compared systems whose runtimes this machine or cluster has.
 * @throws {KaliumError} E_RUNTIME_UNAVAILABLE for the baseline, and for a system that the user named
 */
export const selectRuntimes: Hook<readonly ComparedSystem[]> = ({ lab }) => {
  const runtimes = new Map(Object.entries(lab.runtimes) as [RuntimeName, Availability][]);
  return Promise.resolve(putUp(selectSystems(lab.config, runtimes).systems, new AsyncDisposableStack()));
};

/** An empty function under the baseline, so that each block measures what the harness itself costs. */
export const startFloors: Hook<Floors> = async ({ lab, client, say }) => {
  say("starting an empty function, for the floors");
  await using stack = new AsyncDisposableStack();
  const floors = await openFloors(lab, client);
  stack.defer(() => floors.stop());
  return putUp(floors, stack);
};

/** What the stack holds is now for whoever puts down the value. */
export function putUp<Value>(value: Value, stack: AsyncDisposableStack): PutUp<Value> {
  const owned = stack.move();
  return { value, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
