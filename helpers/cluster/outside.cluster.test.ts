/** A client that has nothing but the API server: `up`, a measurement and `down` from there. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { latestResults, readResults } from "../../reports/records/store.ts";
import { readVerdictLog } from "../kalium/proxy/verdict-log.ts";
import { readMails, startSmtpSink } from "../services/smtp-sink/index.ts";
import { connectCluster } from "./api/connect.ts";
import { execInPod } from "./api/exec.ts";
import { dumpCluster } from "./dump.ts";
import { differenceOf } from "./dump-text.ts";
import { type ClusterFacts, parseFacts } from "./facts.ts";
import { inImage } from "../images/in-image.ts";
import { inPod } from "./services/in-pod.ts";
import { servicePath } from "./services/service-programs.ts";
import { findServicesPod, servicesContainer } from "./services/services-pod.ts";
import { clusterCommand, type CommandOutcome, imagesCommand, vitestRun } from "./testing/cluster-command.ts";
import { type FarClient, startFarClient } from "./testing/far-client.ts";
import { findTestCluster, clusterTitle, type TestCluster } from "./testing/test-cluster.ts";
import { currentRun } from "./up/run-marks.ts";

const found = await findTestCluster();
const busy = found.available ? await currentRun(connectCluster(found.kubeconfig)) : undefined;
const reason =
  busy !== undefined ? `run ${busy} is up` : process.getuid?.() !== 0 ? "a network namespace needs root" : undefined;
const cluster: TestCluster = reason === undefined ? found : { available: false, reason };

describe.skipIf(!cluster.available)(clusterTitle(cluster, "a client outside the cluster"), () => {
  const kubeconfig = cluster.available ? cluster.kubeconfig : "";
  const cleanUp = new AsyncDisposableStack();
  let far: FarClient;
  let results = "";
  let facts: ClusterFacts;
  const fine = (outcome: CommandOutcome): string => {
    expect(outcome.code, outcome.stderr + outcome.stdout).toBe(0);
    return outcome.stdout;
  };

  beforeAll(async () => {
    results = await mkdtemp(join(tmpdir(), "kalium-bench-far-"));
    cleanUp.defer(() => rm(results, { recursive: true }));
    const api = connectCluster(kubeconfig);
    const before = await dumpCluster(api);
    cleanUp.defer(async () => expect(differenceOf(before, await dumpCluster(api))).toEqual([]));
    far = cleanUp.use(await startFarClient(api.server));
    const { through } = far;
    cleanUp.defer(async () => void fine(await clusterCommand(kubeconfig, ["down"], { through })));
    facts = parseFacts(fine(await clusterCommand(kubeconfig, ["up", "--json", "--mysql-image", "local"], { through })));
    fine(await imagesCommand(kubeconfig, ["load", "--variant", "vanilla"], { through }));
  });
  afterAll(() => cleanUp.disposeAsync());

  test("a service in the pod ends with the client, however that dies", async () => {
    expect(facts.services.kind).toBe("pod");
    const api = connectCluster(kubeconfig);
    const pod = await findServicesPod(api, facts.runId);
    const programs = async (): Promise<readonly string[]> => {
      const script = `const { readdirSync, readFileSync } = require("node:fs");
        for (const id of readdirSync("/proc").filter(Number)) console.log(readFileSync("/proc/" + id + "/cmdline", "utf8"));`;
      const command = [inImage.node, "-e", script];
      const { stdout } = await execInPod(api, { ...pod, container: servicesContainer, command, timeoutMs: 20_000 });
      return stdout.split("\n").filter((line) => line.includes(servicePath("mail-sink")));
    };
    const sink = await startSmtpSink({ host: pod.address }, inPod(pod, kubeconfig));
    expect(sink.info.host).toBe(pod.address);
    expect(await readMails(sink.info)).toEqual({ count: 0, mails: [] });
    expect(await programs()).toHaveLength(1);
    process.kill(sink.pid, "SIGKILL");
    await expect.poll(programs, { timeout: 30_000 }).toEqual([]);
    await expect(readMails(sink.info)).rejects.toThrow(/does not answer/);
  });

  test("its services run in a pod, its calls take a port-forward, and the record says both", async () => {
    const { through } = far;
    const env = {
      KALIUM_PLATFORM: "kubernetes",
      KALIUM_SYSTEMS: "gvisor,kalium",
      KALIUM_PROFILE: "smoke",
      KALIUM_RESULTS: results,
    };
    const labels = ["product-photos-message", "product-purchase-authorize-cc"];
    fine(await vitestRun(kubeconfig, ["suites/kalium", "-t", labels.join("|")], { through, env }));
    expect(fine(await clusterCommand(kubeconfig, ["doctor"], { through }))).toMatch(
      /start their services in kalium-bench\/[^]*port-forward, which adds to every latency/,
    );

    const folder = await latestResults(results);
    const { run, latency } = await readResults(folder);
    expect(run.environment).toMatchObject({
      cluster: {
        gateway: { calledBy: "port-forward" },
        client: "outside the cluster",
        services: expect.stringMatching(/^in a pod on /) as string,
      },
    });
    expect(latency.map(({ label }) => label).toSorted()).toEqual(labels);
    for (const { samples, voids = [] } of latency) {
      expect(voids).toEqual([]);
      expect(samples.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
      expect(new Set(samples.map(({ system }) => system))).toEqual(new Set(["gvisor", "kalium"]));
    }
    let verdicts = 0;
    for await (const { kind } of readVerdictLog(join(folder, "guard.jsonl"))) if (kind === "verdict") verdicts++;
    expect(verdicts).toBeGreaterThan(0);
  });
});
