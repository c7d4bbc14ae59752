/** A made-up application with branches, loops and failures: random traces of it, rare paths included. */
import type { Round } from "../learn/accuracy.ts";
import type { Trace, TraceEvent } from "../learn/trace.ts";
import { type Chance, chance } from "./chance.ts";

type Emit = (of: string, invocation: string, name: TraceEvent["name"], url: string) => void;

/** `cart` looks up goods, then calls `pay`, which asks one of many banks and may retry. */
function order({ integer, random }: Chance, emit: Emit): void {
  emit("cart", "c", "GETE", "/");
  for (let goods = integer(5); goods > 0; goods--) {
    emit("cart", "c", "SEND", "db");
    emit("cart", "c", "RESP", "db");
    if (random() < 0.02) emit("cart", "c", "SEND", `warehouse/${integer(4)}`);
  }
  if (random() < 0.9) {
    emit("cart", "c", "SEND", "pay");
    const bank = `bank/${Math.floor(20 * random() ** 3)}`;
    emit("pay", "p", "GETE", "/");
    for (let tries = random() < 0.1 ? 1 + integer(4) : 1; tries > 0; tries--) {
      emit("pay", "p", "SEND", bank);
      if (random() < 0.97) emit("pay", "p", "RESP", bank);
    }
    emit("pay", "p", "ENDE", "/");
    emit("cart", "c", "RESP", "pay");
  }
  if (random() < 0.3) emit("cart", "c", "SEND", "mail");
  emit("cart", "c", "ENDE", "/");
}

export function shopTrace(dice: Chance, round: number, of = "order"): Trace {
  const events: TraceEvent[] = [];
  order(dice, (name, invocation, event, url) =>
    events.push({ function: name, invocation, name: event, url, method: "POST" }),
  );
  return { request: `${of}-${round}`, round, events };
}

/** Rounds of one request each. */
export function shopRounds(count: number, seed: number): Round[] {
  const dice = chance(seed);
  return dice.many(count, (index) => [shopTrace(dice, index + 1)]);
}
