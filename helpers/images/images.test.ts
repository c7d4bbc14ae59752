import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { functions } from "../../fixtures/hello-retail/deployed-functions.ts";
import { variants } from "../../fixtures/variants/index.ts";
import { artifactImage } from "./artifact-names.ts";
import { dockerfileOf } from "./engine.ts";
import { functionSettings } from "./function-layers.ts";

const [anyFunction] = functions;
if (anyFunction === undefined) throw new TypeError("there are functions");

/** `ENV` lines as they are, without the quotes. */
const environmentOf = (dockerfile: string): Readonly<Record<string, string>> => {
  const lines = [...dockerfile.matchAll(/^ENV (\w+)=(.*)$/gm)];
  return Object.fromEntries(
    lines.map(([, name = "", value = ""]): [string, string] => [name, value.replaceAll('"', "")]),
  );
};

test("each variant's Dockerfile has the settings of the images that are built without an engine", async () => {
  for (const variant of variants) {
    const dockerfile = await readFile(dockerfileOf(variant.name), "utf8");
    const { env, entrypoint, workingDirectory, user } = functionSettings(variant.image(anyFunction));
    expect([variant.name, environmentOf(dockerfile)]).toEqual([variant.name, env]);
    expect(dockerfile).toContain(`ENTRYPOINT ${JSON.stringify(entrypoint)}`);
    expect(dockerfile).toContain(`WORKDIR ${workingDirectory}\nUSER ${user ?? ""}\n`);
  }
});

test("all functions of a variant start alike, so that one Dockerfile serves them", () => {
  for (const variant of variants) {
    const commands = new Set(functions.map((each) => variant.image(each).command.join(" ")));
    expect([variant.name, commands.size]).toEqual([variant.name, 1]);
  }
});

test("the artifact's images have the names of its stack files", () => {
  expect(artifactImage("vanilla", "product-photos-1-microbench")).toBe("dsirone/product-photos-1-microbench:latest");
  expect(artifactImage("vanilla", "product-purchase-authorize-cc")).toBe(
    "dsirone/gvisor-product-purchase-3-authorize-cc:latest",
  );
  expect(artifactImage("valve", "product-catalog-api")).toBe("dsirone/valve-product-catalog-api:latest");
  expect(artifactImage("trapeze-as-shipped", "product-catalog-api")).toBeUndefined();
  expect(artifactImage("vanilla", "empty")).toBeUndefined();
});
