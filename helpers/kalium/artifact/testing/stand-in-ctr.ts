// A program that is to its caller what the artifact's `ctr` is: one argument, the policy; a ZeroMQ port; no other word.
import { readFile } from "node:fs/promises";
import { createAnswering } from "../../controller/answer.ts";
import { startControllerServer } from "../../controller/server.ts";
import { parsePolicy } from "../../core/policy.ts";

const [, , policyFile = "", port] = process.argv;
const policy = parsePolicy(await readFile(policyFile, "utf8"), policyFile);
const answering = createAnswering({ policy, semantics: "reference", givesReasons: false });
await startControllerServer({ host: "127.0.0.1", port: Number(port), security: { kind: "none" } }, (bytes) =>
  answering.answer(bytes, performance.now()),
);
process.stdout.write(`stand-in, not the artifact's ctr: serving ${policyFile}\n`);
