import type { Command } from "commander";

interface DeployOptions {
  readonly gateway?: string;
  readonly user: string;
  readonly passwordFile?: string;
  readonly strict?: true;
}

/** `kalium-bench deploy`: the functions of a stack file, on our gateway or a real OpenFaaS. */
export function registerDeploy(program: Command): void {
  program
    .command("deploy")
    .description("deploy the functions of a stack file and wait until they are ready")
    .argument("<file>", "stack.yml")
    .option("-g, --gateway <url>", "root of the gateway; absent: the file's own, OPENFAAS_URL, http://127.0.0.1:8080")
    .option("-u, --user <name>", "user of the gateway", "admin")
    .option("--password-file <path>", "file that holds the gateway's password; absent: no log-in")
    .option("--strict", "deploy nothing when the file says anything without effect")
    .action(async (file: string, { gateway, user, passwordFile, strict }: DeployOptions) => {
      const [{ readFile }, { KaliumError }, { createClient }, { gatewayAddress }, { readStackFile }] =
        await Promise.all([
          import("node:fs/promises"),
          import("../errors.ts"),
          import("../gateway/client.ts"),
          import("../gateway/stack/gateway-address.ts"),
          import("../gateway/stack/stack-file.ts"),
        ]);
      const password = passwordFile === undefined ? undefined : (await readFile(passwordFile, "utf8")).trim();
      const stack = await readStackFile(file);
      if (strict === true && stack.warnings.length > 0) {
        throw new KaliumError("E_CONFIG", stack.warnings.join("\n"), { hint: "Correct the file, or drop --strict" });
      }
      for (const warning of stack.warnings) console.error(`warning: ${warning}`);
      const url = gatewayAddress({ option: gateway, stack: stack.gateway, env: process.env });
      const basicAuth = password === undefined ? undefined : { user, password };
      using clients = new DisposableStack();
      const deployed = stack.deployments.map((deployment) => {
        return { deployment, client: clients.use(createClient({ url, basicAuth, namespace: deployment.namespace })) };
      });
      for (const { deployment, client } of deployed) await client.deploy(deployment);
      for (const { deployment, client } of deployed) {
        const { service, namespace } = deployment;
        await client.waitReady(service);
        const name = namespace === undefined ? service : `${service}.${namespace}`;
        console.log(`${service} is ready: ${url}/function/${name}`);
      }
    });
}
