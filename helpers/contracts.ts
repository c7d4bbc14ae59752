/**
 * The interfaces between the parts of the harness: types only, no code. `fixtures/` may import this file and nothing
 * else of `helpers/`. Vocabulary: docs/architecture.md.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

// ---------------------------------------------------------------- what is run

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

/** One of the 14 functions that are deployed. */
export interface DeployedFunction {
  /** OpenFaaS name of the vanilla variant, as in the artifact: `product-photos-1-assign`. */
  readonly name: string;
  /** Module whose default export is the handler. */
  readonly handler: URL;
  readonly needs: readonly Dependency[];
  /** Environment variables that name tables, with their values. */
  readonly tables: Readonly<Record<string, string>>;
  /** Environment variables that hold the gateway URL of another function, by that function's name. */
  readonly calls: Readonly<Record<string, string>>;
}

/** Files of a function image: what a variant makes of a function. */
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
}

/** One of the 17 bars of Figure 8: a deployed function, the path under it, its input and its right answer. */
export interface MeasuredFunction<Need extends Dependency = Dependency> {
  /** The figure's label without its asterisk: `product-photos-receive`. */
  readonly label: string;
  /** The figure marks it with an asterisk: Valve proxies its network requests. */
  readonly starred: boolean;
  /** Name part of the artifact's result files: `masterPhotos`. */
  readonly key: string;
  readonly flow: FlowName;
  /** `DeployedFunction.name` of the function that is called. */
  readonly entry: string;
  /** `DeployedFunction.name` of the functions that it calls on this path; they are deployed with it. */
  readonly callees: readonly string[];
  /** Of the functions that are called: which services must run for it. */
  readonly needs: readonly Need[];
  /** Path after `/function/<name>`; empty or with a leading slash. */
  readonly path: string;
  /** The request body. Pure: the same URL gives the same bytes, so all systems do equal work. */
  readonly input: (testbed: { readonly imageUrl: string }) => string;
  /** Says why the answer is wrong; `undefined` when it is right. */
  readonly check: (answer: Answer, testbed: { readonly imageUrl: string }) => string | undefined;
}

// ---------------------------------------------------------------- where it runs

/** `-ref`: the same runtime from a second binary, so that two revisions are measured in one plan. */
export type RuntimeName = "native" | "runc" | "runc-ref" | "gvisor" | "gvisor-ref" | ArtifactRuntimeName;

/** runsc as the paper's artifact built it: without Kalium, with it, and with its measuring code. */
export type ArtifactRuntimeName = "gvisor-stock" | "kalium" | "kalium-microbench";

/**
 * What checks the control flow: nothing; our own guard inside the function's process with its proxy outside; or the
 * artifact's, which is a part of its runsc.
 */
export type GuardName = "none" | "embedded" | "artifact";

/** What a guard looks at: an invocation arrives, a request goes out, its answer is here, the invocation is over. */
export type GuardEventName = "GETE" | "SEND" | "RESP" | "ENDE";

/** A bar within a function's group in Figure 8: variant x runtime x guard. */
export interface System {
  readonly name: string;
  readonly variant: Variant;
  readonly runtime: RuntimeName;
  readonly guard: GuardName;
  /** Absent: the run's, `KALIUM_WORKLOAD`. */
  readonly workload?: Workload;
}

/**
 * The run's network: a bridge with one veth pair per sandbox, or plain loopback where that is not possible; on a cluster
 * the address of this machine that pods reach, or of the pod that the run's services are in.
 */
export type NetworkInfo = LocalNetworkInfo | { readonly kind: "cluster"; readonly hostAddress: string };

export type LocalNetworkInfo =
  | { readonly kind: "bridge"; readonly bridge: string; readonly hostAddress: string; readonly prefixLength: number }
  | {
      readonly kind: "loopback";
      readonly hostAddress: "127.0.0.1";
      /** Why there is no bridge. */ readonly reason?: string;
    };

/** Settings of runtimes; crosses to the gateway process as JSON. Paths are absolute. */
export interface RuntimeSettings {
  readonly runId: string;
  /** The run's own directory; runtimes keep their state and bundles below it. */
  readonly runDirectory: string;
  readonly network: LocalNetworkInfo;
  /** The Node binary every sandbox runs. */
  readonly nodeBinary: string;
  /** Explicit binaries; absent: looked up (private cache first, then PATH). */
  readonly runscBinary?: string | undefined;
  readonly runcBinary?: string | undefined;
  /** The second binaries, of `gvisor-ref` and `runc-ref`. */
  readonly runscReference?: string | undefined;
  readonly runcReference?: string | undefined;
  /** The user's flags of runsc, as `--name=value`: of `gvisor` and of `gvisor-ref`. */
  readonly runscFlags?: readonly string[] | undefined;
  readonly runscReferenceFlags?: readonly string[] | undefined;
  /** The artifact's `build/bin`, or the folder above it. */
  readonly kaliumBuild?: string | undefined;
  /** `auto` tries systrap, then ptrace. kvm is only tried when it is named. */
  readonly gvisorPlatform: "auto" | "systrap" | "ptrace" | "kvm";
  /** `sandbox` is gVisor's netstack; `host` bypasses it and is recorded. */
  readonly gvisorNetwork: "sandbox" | "host";
}

/** An absent runtime is an answer with a reason, not an exception. */
export type Availability =
  | { readonly available: true; readonly identity: RuntimeIdentity }
  | { readonly available: false; readonly reason: string; readonly hint: string };

export type OpenedRuntime =
  | (Extract<Availability, { available: true }> & { readonly driver: SandboxDriver })
  | Extract<Availability, { available: false }>;

/** What a runtime is, as recorded with every result. */
export interface RuntimeIdentity {
  readonly runtime: RuntimeName;
  /** First line of the binary's own version output; Node's for `native`. */
  readonly version: string;
  readonly binary: string;
  readonly sha256: string;
  /** gVisor's platform; absent elsewhere. */
  readonly platform?: string;
  /** `netstack`, `host kernel, own namespace`, `loopback`. */
  readonly network: string;
  /** The user's own, as `--name=value`; absent: none. */
  readonly flags?: readonly string[];
}

/** One file per runtime in `helpers/runtimes/`: all that is known of it, in one place. */
export interface Runtime {
  readonly name: RuntimeName;
  /** What an instance claims to run on: gVisor's kernel, the host's behind namespaces, or the bare host. */
  readonly kind: "gvisor" | "container" | "process";
  /** RuntimeClass of its pods, `undefined` for the node's own runtime; or why no pod can run on it. */
  readonly onCluster:
    { readonly runtimeClass: string | undefined } | { readonly reason: string; readonly hint: string };
  /** Setting that must name its binary. */
  readonly binarySetting?: "KALIUM_RUNSC_REF" | "KALIUM_RUNC_REF";
  /** Looks at the machine and tries the runtime with a deadline; never installs anything. */
  open(settings: RuntimeSettings, signal: AbortSignal): Promise<OpenedRuntime>;
  /**
   * Says what in an instance's own view of its kernel contradicts this runtime; `undefined` when all agrees.
   * @param kernelRelease of the kernel beneath, as uname(2) tells it there
   */
  insideProblem(inside: InsideProof, kernelRelease: string): string | undefined;
}

/** Everything a driver needs to start one instance. */
export interface SandboxSpec {
  /** Fixed length, unique on this machine, never a prefix of another: runsc matches ids by prefix. */
  readonly id: string;
  /** The image's files; read-only inside at `/srv/fn`, which is the working directory. */
  readonly imageDirectory: string;
  /** Program and arguments; a leading `node` is the pinned binary. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** File name to content; read-only inside under `/var/openfaas/secrets/`. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly memoryLimitBytes: number;
  /** Receives each line that the instance prints, without its newline. */
  onLine(stream: "stdout" | "stderr", line: string): void;
}

export interface SandboxExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The instance reached its memory limit. */
  readonly outOfMemory: boolean;
}

/** A started instance. Its function may not listen yet: readiness is the supervisor's business. */
export interface Sandbox extends AsyncDisposable {
  readonly id: string;
  /** Where the function will listen; the driver put the port into its environment as `http_port`. */
  readonly host: string;
  readonly port: number;
  /** Settles when the instance is gone, for whatever reason; never rejects. */
  readonly exited: Promise<SandboxExit>;
  /** What the host sees of the runtime. Call it while the instance runs. */
  hostProof(signal: AbortSignal): Promise<HostProof>;
  /** Asks to stop, kills after `graceMs`, removes all traces. Idempotent. */
  stop(graceMs: number): Promise<void>;
}

export interface SandboxDriver {
  /** @throws {KaliumError} E_SANDBOX with the runtime's own last words; nothing is left behind then. */
  start(spec: SandboxSpec, signal: AbortSignal): Promise<Sandbox>;
}

/** The runtime as the host sees it: from its process arguments and the network namespace. */
export interface HostProof {
  readonly identity: RuntimeIdentity;
  /** Arguments of the process that executes the sandbox. */
  readonly argv: readonly string[];
  /** Of the program that this process executes; absent when it could not be read. */
  readonly executableSha256?: string;
  /** Addresses that the host kernel holds in the instance's namespace: none under gVisor's netstack. */
  readonly hostKernelAddresses: readonly string[];
  /** On a cluster, where the process and its addresses are out of sight: what the pod asked its node for. */
  readonly pod?: PodEvidence;
}

export interface PodEvidence {
  /** Of the pod's specification; absent: the node's default runtime. */
  readonly runtimeClass?: string;
  readonly node: string;
  /** The node's own kernel. */
  readonly kernelRelease: string;
}

/** Where an instance of a function is, JSON list in the annotation `kalium-bench.placement`. */
export interface Placement {
  readonly instance: string;
  readonly node: string;
  readonly pod: string;
  readonly podIp: string;
}

/** The runtime as the function sees it, by plain file reads and `dmesg`. */
export interface InsideProof {
  readonly procVersion: string;
  readonly procCmdline: string;
  /** First lines of `dmesg`, or why it was refused. */
  readonly dmesg: string;
  readonly nodeVersion: string;
}

/** What the gateway reports about each ready instance, JSON in the annotation `kalium-bench.runtime-proof`. */
export interface RuntimeProof {
  readonly instance: string;
  readonly host: HostProof;
  readonly inside: InsideProof;
  /** From the start of the sandbox to the first answer of the function, ns. */
  readonly startNs: number;
}
