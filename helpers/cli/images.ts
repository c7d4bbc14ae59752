import type { Command } from "commander";
import { addCommand } from "./add-command.ts";

interface Common {
  readonly out?: string;
  readonly json?: true;
}

interface BuildCommand extends Common {
  readonly variant?: readonly string[];
  readonly watchdog?: string;
  readonly names: "own" | "artifact";
  readonly engine?: string;
  readonly base?: string;
}

interface LoadCommand extends Common {
  readonly kubeconfig?: string;
  readonly node?: readonly string[];
  readonly agentImage?: string;
  readonly ctr?: string;
  readonly nodeCtr?: string;
  readonly variant?: readonly string[];
}

interface PushCommand extends Common {
  readonly registry: string;
  readonly insecure?: true;
  readonly loginFile?: string;
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** `kalium-bench images`: the function images of a cluster. */
export function registerImages(program: Command): void {
  const images = addCommand(program, "images", {
    task: "Use a cluster",
    description: "Build function images, load them into nodes or push them",
    example: "npm run images -- load",
  });
  const command = (name: string, description: string, operands = ""): Command =>
    addCommand(images, name, { description, example: `npm run images -- ${name}${operands}` })
      .option("--out <folder>", "Folder of the images (default: the private cache)")
      .option("--json", "Print JSON and nothing else");

  command("build", "Build the images of functions, gateway and services")
    .option("--variant <name>", "Build only this variant; may be repeated", collect)
    .option("--watchdog <file>", "Use this of-watchdog of OpenFaaS instead of the project's")
    .option("--names <own|artifact>", "Name the images as the project does, or as the artifact does", "own")
    .option("--engine <docker|podman>", "Build from the variant's Dockerfile with this engine")
    .option("--base <image>", "With --engine: base image, with glibc and a shell")
    .action(build);
  command("load", "Build what has changed, and import the images on the nodes")
    .option("--kubeconfig <file>", "Kubeconfig (default: as kubectl finds it)")
    .option("--node <name>", "Load onto this node only; may be repeated", collect)
    .option("--variant <name>", "Load only this variant; may be repeated", collect)
    .option("--agent-image <image>", "Image of the short-lived pods (default: one that the nodes have)")
    .option("--node-ctr <program>", "containerd's `ctr` on the nodes (default: the one beside containerd)")
    .option("--ctr <command>", "Load with this command on this machine instead, such as `ctr --address SOCKET`")
    .action(load);
  command("push", "Build what has changed, and push the images to a registry", " --registry registry.example:5000")
    .requiredOption("--registry <address>", "Registry: host[:port][/project]")
    .option("--insecure", "Use plain HTTP")
    .option("--login-file <file>", "File with user:password")
    .action(push);
  command("list", "List the images that were built").action(list);
  addCommand(images, "examples", {
    description: "Build the example functions, in Python and Go, without an engine",
    example: "npm run images -- examples /tmp/examples",
  })
    .argument("<folder>", "Folder for one OCI layout per function")
    .option("--json", "Print JSON and nothing else")
    .action(examples);
}

async function build({ out, json, variant, engine, base, ...options }: BuildCommand): Promise<void> {
  const [{ buildAll, imagesDirectory }, { chosenVariants }, { print }] = await Promise.all([
    import("../cluster/images/build.ts"),
    import("../images/chosen.ts"),
    import("./print-images.ts"),
  ]);
  const directory = out ?? imagesDirectory();
  const wanted = { ...options, variants: chosenVariants(variant) };
  if (engine !== undefined) {
    const { buildWithEngine } = await import("../images/engine.ts");
    const references = await buildWithEngine(engine, base, wanted, (line) => console.error(line));
    console.log(json ? JSON.stringify({ references }, null, 2) : references.join("\n"));
    return;
  }
  print(await buildAll(directory, wanted), json);
  if (!json) console.log(`\nNext: npm run images -- load, or npm run images -- push --registry ADDRESS`);
}

async function load({ out, json, kubeconfig, node, agentImage, ctr, nodeCtr, variant }: LoadCommand): Promise<void> {
  const [{ buildAgain, imagesDirectory, namedImages }, { loadByCtr, loadIntoCluster }] = await Promise.all([
    import("../cluster/images/build.ts"),
    import("../cluster/images/load.ts"),
  ]);
  const directory = out ?? imagesDirectory();
  const cluster =
    ctr === undefined ? (await import("../cluster/api/connect.ts")).connectCluster(kubeconfig) : undefined; // before a minute of building
  if (!json) console.error("building what has changed");
  const all = await buildAgain(directory);
  const kept = all.images.filter((image) => image.variant === undefined || (variant?.includes(image.variant) ?? true));
  const images = namedImages({ images: kept });
  let nodes: readonly string[] = [];
  if (cluster !== undefined) {
    nodes = await loadIntoCluster(cluster, directory, images, { nodes: node, agentImage, ctr: nodeCtr });
  } else if (ctr !== undefined) {
    await loadByCtr(directory, images, ctr);
  }
  const where = ctr === undefined ? nodes.join(", ") : ctr;
  console.log(
    json
      ? JSON.stringify({ images: kept.map(({ reference }) => reference), nodes })
      : `${images.length} images are on ${where}.`,
  );
}

async function push({ out, json, registry, insecure, loginFile }: PushCommand): Promise<void> {
  const [{ buildAgain, imagesDirectory, namedImages }, { pushImages }, { readLogin }] = await Promise.all([
    import("../cluster/images/build.ts"),
    import("../cluster/images/push.ts"),
    import("../cluster/images/registry-login.ts"),
  ]);
  const directory = out ?? imagesDirectory();
  const login = loginFile === undefined ? undefined : await readLogin(loginFile); // before a minute of building
  const references = await pushImages(directory, namedImages(await buildAgain(directory)), {
    address: registry,
    scheme: insecure ? "http" : "https",
    login,
  });
  console.log(json ? JSON.stringify({ references }) : references.join("\n"));
}

async function list({ out, json }: Common): Promise<void> {
  const [{ imagesDirectory, readImageList }, { print }] = await Promise.all([
    import("../cluster/images/build.ts"),
    import("./print-images.ts"),
  ]);
  print(await readImageList(out ?? imagesDirectory()), json);
}

async function examples(folder: string, { json }: Common): Promise<void> {
  const [path, { buildExample, exampleNames }, { KaliumError }] = await Promise.all([
    import("node:path"),
    import("../images/examples/build-examples.ts"),
    import("../base/errors.ts"),
  ]);
  const directory = path.resolve(folder);
  const images = [];
  const failures: Error[] = [];
  for (const name of exampleNames) {
    try {
      images.push(await buildExample(name, directory));
    } catch (error) {
      if (!(error instanceof KaliumError) || error.code !== "E_SETUP") throw error;
      failures.push(error); // a language that this machine does not have
      console.error(`${name} is left out: ${error.message}`);
    }
  }
  if (images.length === 0) throw failures[0] ?? new TypeError("there are examples");
  console.log(
    json
      ? JSON.stringify({ images }, null, 2)
      : images.map(({ reference, digest }) => `${reference}  ${digest}`).join("\n"),
  );
  if (!json)
    console.log(
      `\nNext: npm run serve, and in another terminal, with the URL and the FILE that it prints:\nEXAMPLES=${directory} npm run deploy -- fixtures/examples/stack.yml --gateway URL --password-file FILE`,
    );
}
