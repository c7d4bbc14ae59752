import { expect, test } from "vitest";
import { createReadiness } from "./client-ready.ts";
import { type FunctionStatus, lastExitAnnotation } from "./deployment.ts";
import { lackingResource } from "./lacking-resource.ts";

test.for([
  ["spawn ip EAGAIN", "processes"],
  ["EMFILE: too many open files, open '/dev/null'", "file descriptors"],
  ["ENOSPC: no space left on device, mkdir '/tmp/x'", "disk space"],
  ["spawn ip ENOENT", undefined],
  ["it wrote ENOSPC: to its log", undefined],
] as const)("%s", ([reason, resource]) => {
  expect(lackingResource(reason)).toBe(resource);
});

test("a function that the machine lets nobody start says nothing about the function, and ends the run", async () => {
  const lastExit = JSON.stringify({ gaveUp: true, reason: "spawn ip EAGAIN" });
  const status = { availableReplicas: 0, annotations: { [lastExitAnnotation]: lastExit } } as unknown as FunctionStatus;
  const unused = (): never => expect.fail("nothing is called");
  const ready = createReadiness({ describe: () => Promise.resolve(status), invoke: unused })("f");
  await expect(ready).rejects.toMatchObject({
    code: "E_SERVICE",
    message: expect.stringMatching(
      /^function f cannot start: the gateway lacks processes \(spawn ip EAGAIN\)\n {2}-> /,
    ) as string,
    details: { endsRun: true },
  });
});
