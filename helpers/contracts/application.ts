/** What is run: functions, how they are built, and what is measured of them. Types only. */
export type FlowName = "microbenchmark" | "product-photos" | "product-purchase" | "productCatalogApi";

/** How the application code is built: plain, behind a Valve agent, inside a Trapeze shim as meant or as the artifact has it. */
export type Variant = "vanilla" | "valve" | "trapeze" | "trapeze-as-shipped";

/**
 * How much a call does beside the application's logic. `artifact`: log lines, name look-ups, bytes, TLS sessions and mail
 * dialogue as the artifact's programs; `lean`: none of that. docs/application.md
 */
export type Workload = "artifact" | "lean";

/** Services of the testbed that a function needs while it runs. */
export type Dependency = "mysql" | "image-server" | "smtp-sink";

/** A function that is deployed while something is measured: one of the 14, or one of the user's. */
export interface RunFunction {
  /** OpenFaaS name without the system before it; of the 14 as in the artifact: `product-photos-1-assign`. */
  readonly name: string;
  readonly needs: readonly Dependency[];
  /** Environment variables that name tables, with their values. */
  readonly tables: Readonly<Record<string, string>>;
  /** Environment variables that hold the gateway URL of another function, by that function's name. */
  readonly calls: Readonly<Record<string, string>>;
}

/** One of the 14 functions of the Hello, Retail! application. */
export interface DeployedFunction extends RunFunction {
  /** Module whose default export is the handler. */
  readonly handler: URL;
}

/** Files of a function image: what a variant builds from a function. */
export interface ImageRecipe {
  /** File name in the image to what is bundled into it. */
  readonly bundles: Readonly<Record<string, BundleSource>>;
  /** File name in the image to a file that is copied as it is. */
  readonly copies?: Readonly<Record<string, URL>>;
  /** Program and arguments, with the image's folder as working directory; a leading `node` is the pinned binary. */
  readonly command: readonly string[];
}

export interface BundleSource {
  /** TypeScript that imports modules by absolute path (`fileURLToPath`). */
  readonly code: string;
  /** Modules that stand in for others: absolute path to absolute path. */
  readonly replace?: Readonly<Record<string, string>>;
  /** Packages that stay outside the bundle, such as native addons that `copies` brings. */
  readonly external?: readonly string[];
}

/** One way to wrap the same handlers: how images are built and what a deployment needs beyond vanilla's. */
export interface VariantDefinition {
  readonly name: Variant;
  readonly image: (definition: DeployedFunction) => ImageRecipe;
  /** Services that every instance needs beside its function's own. */
  readonly needs?: readonly Dependency[];
  /** Environment variables on top of vanilla's, which these override. */
  readonly environment?: (
    definition: DeployedFunction,
    around: VariantSurroundings,
  ) => Readonly<Record<string, string>>;
  /** Secrets that every instance of the variant gets, by file name: made once per run, never printed. */
  readonly makeSecrets?: () => Promise<Readonly<Record<string, string>>>;
  /** Headers of the measured request. */
  readonly requestHeaders?: (measured: MeasuredFunction) => Readonly<Record<string, string>>;
  /** SQL, one statement each, that gives a fresh database with these tables what the variant needs. */
  readonly prepareDatabase?: (tables: readonly string[]) => readonly string[];
  /** Where the variant is known to answer otherwise than the application; `undefined` where it answers right. */
  readonly expectation?: (measured: MeasuredFunction) => Expectation | undefined;
}

/** A known deviation: its bar is not the cost of the application's work, and says so. */
export interface Expectation extends Pick<MeasuredFunction, "check"> {
  /** One clause for the reader of figure and report. */
  readonly note: string;
}

export interface VariantSurroundings {
  readonly gatewayUrl: string;
  /** URLs of the functions that the function calls, by their names. */
  readonly functionUrls: Readonly<Record<string, string>>;
  /** The picture's, for functions that fetch it. */
  readonly imageUrl?: string;
  readonly tlsVersion: "1.2" | "1.3";
  readonly proxied: ProxiedFunctions;
  /** What the function is deployed for; absent: for everything. */
  readonly measured?: Pick<MeasuredFunction, "starred">;
  /** Path of a secret inside an instance. */
  readonly secretPath: (file: string) => string;
  /** PEM file inside the instance of the CA that signed the image server's certificate; absent: a public one. */
  readonly imageServerCaPath?: string;
}

/**
 * Functions whose HTTP goes through their Valve agent. `wired`: those that the artifact's wiring reaches; `starred`:
 * these under measured functions with an asterisk; else names of deployed functions.
 */
export type ProxiedFunctions = "wired" | "starred" | "all" | "none" | readonly string[];

/** What came back from an invocation, as far as a check may look at it. */
export interface Answer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: string;
  /** The same as it came; absent: `body` in UTF-8. */
  readonly bytes?: Uint8Array;
}

/** Which call it is: the same for all systems of a round, so that all do equal work. */
export interface CallPlace {
  /** Of the plan. */
  readonly seed: number;
  readonly block: number;
  /** Calls that the system has answered before in this block, warm-up included. */
  readonly iteration: number;
}

/** A request to a function, as its caller sends it. */
export interface MeasuredRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A bar of the figure, one of the 17 of Figure 8 or the user's: a function, the path under it, its input and its right answer. */
export interface MeasuredFunction<Need extends Dependency = Dependency> {
  /** The figure's label without its asterisk: `product-photos-receive`. */
  readonly label: string;
  /** The figure marks it with an asterisk: Valve proxies its network requests. */
  readonly starred: boolean;
  /** Name part of the artifact's result files: `masterPhotos`. */
  readonly key: string;
  /** A `FlowName`, or the name of the user's application. */
  readonly flow: string;
  /** `RunFunction.name` of the function that is called. */
  readonly entry: string;
  /** `RunFunction.name` of the functions that it calls on this path; they are deployed with it. */
  readonly callees: readonly string[];
  /** Of the functions that are called: which services must run for it. */
  readonly needs: readonly Need[];
  /** Path after `/function/<name>`; empty or with a leading slash. */
  readonly path: string;
  /** The request body. Pure: the same URL gives the same bytes, so all systems do equal work. */
  readonly input: (testbed: { readonly imageUrl: string }) => string;
  /** Absent: a POST of `input` as JSON. Pure, too. */
  readonly request?: (testbed: { readonly imageUrl: string }, at: CallPlace) => MeasuredRequest;
  /** Says why the answer is wrong; `undefined` when it is right. */
  readonly check: (answer: Answer, testbed: { readonly imageUrl: string }) => string | undefined;
}
