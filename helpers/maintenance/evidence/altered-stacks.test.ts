/** Stack files of OpenFaaS, altered at random: text in YAML with variables, and the files that they name. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gatewayAddress } from "../../gateway/stack/gateway-address.ts";
import { readStackFile } from "../../gateway/stack/stack-file.ts";
import { substitute } from "../../gateway/stack/substitute.ts";
import { deploymentSchema } from "../../gateway/deployment.ts";
import { checkReader } from "./altered.test-support.ts";

const stack = `version: 1.0
provider: { name: openfaas, gateway: "http://127.0.0.1:\${PORT:-8080}" }
x-common: &common { write_timeout: 15s, LEVEL: "\${LEVEL:-info}" }
functions:
  foo: &foo
    lang: node22
    handler: ./foo
    image: \${REGISTRY:-kb}/foo:\${TAG}
    environment: { <<: *common, A: 1.10, B: !!str yes, C: "\\u00e9" }
    environment_file: [more.yml]
    secrets: [one, two]
    labels: { com.openfaas.scale.min: "1" }
    limits: { memory: 128Mi, cpu: 100m }
    readonly_root_filesystem: true
  bar:
    <<: [*foo]
    image: kb/bar:\${TAG/1/2}\${TAG#v}\${TAG:0:1}
    annotations:
      topic: |
        a
        b
`;
const words = [
  ...["<<: *foo", "<<: [*foo, *common]", "&foo ", "*foo", "*common", "!!binary ", "!!null ", "!!js/function ", "? "],
  ...["\n---\n", "\n...\n", "%YAML 1.2\n", "|+\n", ">-\n", "\t", "- ", "{a: &a [*a,*a,*a,*a,*a,*a,*a,*a,*a]}"],
  ...["${", "}", "$$", "${TAG:-", "${A:-${B:-${C:-", "${TAG//", "${TAG%%*", "${TAG##[", "${#TAG}", "__proto__: ", "\\"],
  ...["functions:", "image:", "constructor: { prototype: { altered: 1 } }", "__proto__: { altered: 1 }", "~: "],
];
const variables = { TAG: "v1.10", LEVEL: "é".repeat(50), __proto__: "x" };

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kb-altered-stacks-"));
  await writeFile(join(folder, "more.yml"), "environment: { FROM: file }\n");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a stack file, altered: deployments that the gateway can read, or what is wrong and where", async () => {
  const file = join(folder, "stack.yml");
  const read = async (input: Buffer): Promise<void> => {
    await writeFile(file, input);
    const { deployments, gateway, warnings } = await readStackFile(file, variables);
    expect(deployments.length).toBeGreaterThan(0);
    for (const { service, ...deployment } of deployments) {
      expect(Object.getPrototypeOf(deployment.envVars ?? {})).toBe(Object.prototype);
      deploymentSchema.omit({ service: true }).parse(deployment);
      expect(service).not.toBe("");
    }
    for (const warning of warnings) expect(warning.startsWith(folder)).toBe(true);
    gatewayAddress({ option: undefined, stack: gateway, env: {} });
  };
  await checkReader(Buffer.from(stack), read, { words });
});

test("an environment file, altered", async () => {
  const [file, more] = [join(folder, "with-more.yml"), join(folder, "altered.yml")];
  await writeFile(
    file,
    "provider: { name: openfaas }\nfunctions: { a: { image: a, environment_file: [altered.yml] } }\n",
  );
  const valid = Buffer.from("environment: &a { A: 1.10, B: '${X}', C: }\nother: { <<: *a }\n");
  const read = async (input: Buffer): Promise<void> => {
    await writeFile(more, input);
    await readStackFile(file, variables);
  };
  await checkReader(valid, read, { words });
});

test("variables, altered: the text is no longer than its parts allow", () => {
  const valid =
    "a ${TAG} ${TAG:-b} ${LEVEL^^} ${TAG/1/2} ${LEVEL//é/e} ${TAG#v} ${TAG%%.*} ${TAG:1:2} ${#TAG} $$ \\\\ ${X:-${Y:-z}}";
  const read = (input: Buffer): void => {
    const { text, surprises } = substitute(String(input), variables);
    for (const { offset } of surprises) expect(offset).toBeLessThanOrEqual(text.length);
  };
  return checkReader(Buffer.from(valid), read, { words });
});
