import { expect, test } from "vitest";
import { freePort } from "../../base/free-port.ts";
import { echoTimes } from "./floors.ts";

test("an echo server that is gone is an error with a code, so that only its floor is lost", async () => {
  const port = await freePort();
  await expect(echoTimes({ host: "127.0.0.1", port })).rejects.toMatchObject({
    code: "E_SERVICE",
    message: expect.stringMatching(/^the echo server does not answer: connect ECONNREFUSED/) as string,
  });
});
