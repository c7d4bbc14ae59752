import type { Command } from "commander";
import { addCommand } from "./add-command.ts";

/** `kalium-bench serve`: the testbed without a measurement, for faas-cli, curl and trying things out. */
export function registerServe(program: Command): void {
  addCommand(program, "serve", {
    task: "Prepare a machine",
    description: "Start the testbed without measuring, for curl and faas-cli",
    example: "npm run serve",
  })
    .option("--json", "Print JSON and nothing else")
    .action(async ({ json }: { readonly json?: true }) => {
      const [{ loadConfig }, { serveTestbed }, { onInterrupt }] = await Promise.all([
        import("../config/config.ts"),
        import("../testbed/run/serve-testbed.ts"),
        import("./on-interrupt.ts"),
      ]);
      using interrupt = onInterrupt();
      await using served = await serveTestbed(loadConfig());
      const { gatewayUrl, user, passwordFile, imageUrl, mailsUrl, functions, sampleCall } = served.info;
      const lines = [
        `Gateway    ${gatewayUrl}`,
        `Deploy     npm run deploy -- stack.yml --gateway ${gatewayUrl} --password-file ${passwordFile}`,
        `Log in     faas-cli login -g ${gatewayUrl} -u ${user} --password-stdin < ${passwordFile}`,
        `Call       curl -d '${sampleCall.body}' -H 'content-type: application/json' ${sampleCall.url}`,
        "           Other functions take other bodies: see fixtures/flows.",
        `Picture    ${imageUrl}`,
        `Mails      ${mailsUrl}`,
        `Functions  ${functions.join("\n           ")}`,
        "Ctrl-C ends it.",
      ];
      console.log(json ? JSON.stringify(served.info) : lines.join("\n"));
      const { signal } = interrupt;
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
    });
}
