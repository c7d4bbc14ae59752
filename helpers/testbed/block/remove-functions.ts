import type { GatewayClient } from "../../gateway/client.ts";

const attempts = 2;

/**
 * Removes all of `names`, and those that failed once more: a gateway that has not answered for a while may answer then,
 * and a function that stays takes room and processor time from every later block.
 * @throws the first failure that repeated
 */
export async function removeFunctions(
  client: Pick<GatewayClient, "remove">,
  names: readonly string[],
  attempt = 1,
): Promise<void> {
  const outcomes = await Promise.allSettled(names.map((name) => client.remove(name)));
  const failed = outcomes.flatMap((outcome, at) =>
    outcome.status === "fulfilled" ? [] : [{ name: names[at] ?? "", reason: outcome.reason as unknown }],
  );
  const [first] = failed;
  if (first === undefined) return;
  if (attempt >= attempts) throw first.reason;
  await removeFunctions(
    client,
    failed.map(({ name }) => name),
    attempt + 1,
  );
}
