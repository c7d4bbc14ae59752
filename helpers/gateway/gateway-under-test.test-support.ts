import type { BasicAuth } from "./basic-auth.ts";

/** A gateway under test. */
export interface GatewayUnderTest {
  readonly url: string;
  readonly basicAuth: BasicAuth;
  /** References of two images with the function of `echo-function.test-support.ts`. */
  readonly images: readonly [string, string];
  stop(): Promise<void>;
}
