/** What the suite's hooks call: each resolves to its own teardown. Runs in the measuring worker. */
import type { RunnerTestCase } from "vitest";
import { recordFile } from "../../../reports/records/artifact.ts";
import { accuracyPath } from "../../../reports/records/store.ts";
import type { ImageServerInfo } from "../../services/image-server/index.ts";
import type { Lab } from "../../testbed/run/lab.ts";
import { labClient } from "../../testbed/run/lab-gateway.ts";
import { providedLab } from "../../testbed/run/provided-lab.ts";
import { connectMysql, type MysqlAdmin } from "../../services/mysql/index.ts";
import { type SmtpSinkInfo, startSmtpSink } from "../../services/smtp-sink/index.ts";
import { systemNamed } from "../../config/systems.ts";
import { seedDatabases, type SeededDatabases } from "../../testbed/suite/databases.ts";
import { imageServerCaSecret } from "../../testbed/block/deployment.ts";
import { startPictureServer } from "../../testbed/suite/picture-server.ts";
import { type Collector, startCollector } from "./collector.ts";
import type { AccuracySurroundings } from "./surroundings.ts";
import { accuracyExperiment, type Experiment } from "./experiment.ts";

type Teardown = () => Promise<void>;

export interface AccuracyBed {
  readonly seedMysql: () => Promise<Teardown>;
  readonly startImageServer: () => Promise<Teardown>;
  readonly startMailSink: () => Promise<Teardown>;
  /** The host that attackers send to. */
  readonly startCollector: () => Promise<Teardown>;
  /** After the other hooks. @throws {TypeError} when one of them is missing */
  readonly experiment: () => Experiment;
  /** Hands the record over to the reporter. */
  readonly hand: (task: Readonly<RunnerTestCase>) => Promise<void>;
}

/** Every mail is looked for: more than all attacks of a run send. */
const keptMails = 100_000;

/** `lab`: of the run. */
export function accuracyBed(lab: () => Lab = providedLab): AccuracyBed {
  let admin: MysqlAdmin | undefined;
  let databases: SeededDatabases | undefined;
  let images: ImageServerInfo | undefined;
  let mail: SmtpSinkInfo | undefined;
  let collector: Collector | undefined;
  let experiment: Experiment | undefined;
  const connect = () => labClient(lab());
  const surroundings = (): AccuracySurroundings => {
    if (!admin || !databases || !images || !mail || !collector) throw new TypeError("a hook of the suite is missing");
    return { lab: lab(), client: connect(), system: systemOf(), admin, databases, images, mail, collector };
  };
  const systemOf = () => systemNamed(lab().config.accuracy.system);

  return {
    seedMysql: async () => {
      const { mysql, config } = lab();
      const connected = connectMysql(mysql);
      using client = connect();
      databases = await seedDatabases(connected, [systemOf().name], client, config.mysql.dump);
      admin = connected;
      return () => connected.close();
    },
    startImageServer: async () => {
      const server = await startPictureServer(lab());
      images = server.info;
      using client = connect();
      const { caCertificatePem } = server.info;
      if (caCertificatePem !== undefined) await client.putSecret(imageServerCaSecret, caCertificatePem);
      return () => server.stop();
    },
    startMailSink: async () => {
      const sink = await startSmtpSink({ host: lab().network.hostAddress, keep: keptMails });
      mail = sink.info;
      return () => sink.stop();
    },
    startCollector: async () => {
      const started = await startCollector(lab().network.hostAddress);
      collector = started;
      return async () => {
        await started[Symbol.asyncDispose]();
      };
    },
    experiment: () => (experiment ??= accuracyExperiment(surroundings())),
    hand: (task) => recordFile(task, accuracyPath(lab().resultsDirectory)),
  };
}
