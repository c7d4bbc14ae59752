/** Dumps of random tables, for tests: every type, constraint and character set, in the forms of the dump programs. */
import { seededRandom } from "../../../../reports/stats/random.ts";
import { footer, header } from "./testing.ts";

/** UTF-8 as a text with one letter per byte, which all of a dump is here. */
const utf8 = (text: string): string => Buffer.from(text).toString("latin1");

/** Letters that a character set has, with those whose bytes look like quotes, backslashes or ends of lines. */
const alphabets: Readonly<Record<string, string>> = {
  utf8mb4: "aZ 'é\"\\`;日\n\r\0\t🍎", utf8mb3: "aZ 'é\"\\;日\n", latin1: "aZ 'éÿ\"\\;\r", ascii: "aZ '\"\\;-#",
  ucs2: "aé日'\\", utf16: "aé日🍎'\\", utf32: "a🍎'\\", cp1251: "aЖя'\\", sjis: "a表ソ'", big5: "a功許'", gbk: "a誠'\\", greek: "aΩ'\\",
}; // prettier-ignore

interface Column {
  readonly name: string;
  readonly definition: string;
  /** A literal; absent: the server computes the value. */
  readonly value?: () => string;
}

export interface RandomDump {
  readonly sql: Buffer;
  /** Statements that change every table. */
  readonly changes: readonly string[];
}

export function randomDump(seed: number): RandomDump {
  const random = seededRandom(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const bytes = (max: number): Buffer => Buffer.from(Array.from({ length: below(max + 1) }, () => below(256)));
  const hexBlobs = below(2) === 0;
  const escaped = (text: string): string =>
    `'${text.replaceAll(/[\0\n\r\\'"\x1a]/g, (letter) => `\\${({ "\0": "0", "\n": "n", "\r": "r", "\x1a": "Z" })[letter] ?? letter}`)}'`; // prettier-ignore
  const literalOf = (blob: Buffer): string =>
    hexBlobs && blob.length > 0
      ? `0x${blob.toString("hex")}`
      : `${pick(["", "_binary "])}${escaped(blob.toString("latin1"))}`;
  const textOf = (charset: string, max: number): string => {
    const letters = Array.from(alphabets[charset] ?? "a");
    const text = Array.from({ length: below(max + 1) }, () => pick(letters)).join("");
    return escaped(utf8(text));
  };
  const digits = (count: number): string => Array.from({ length: count }, () => below(10)).join("");
  const fraction = (count: number): string => (count === 0 ? "" : `.${digits(count)}`);
  const two = (from: number, to: number): string => String(from + below(to - from + 1)).padStart(2, "0");
  const time = (f: number): string => `${two(0, 23)}:${two(0, 59)}:${two(0, 59)}${fraction(f)}`;

  const ofType = (name: string): Column => {
    const f = below(7);
    const charset = pick(Object.keys(alphabets));
    const column = (type: string, value: () => string): Column => {
      const required = below(4) === 0;
      return { name, definition: `${type}${required ? " NOT NULL" : ""}`, value: () => (required || below(5) > 0 ? value() : "NULL") }; // prettier-ignore
    };
    const integers = [["TINYINT", 8], ["SMALLINT", 16], ["MEDIUMINT", 24], ["INT", 32], ["BIGINT", 64]] as const; // prettier-ignore
    const [integer, bits] = pick(integers);
    const [low, high] = [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits)];
    return pick<() => Column>([
      () => column(integer, () => String(pick([low, -low - 1n, 0n, -1n]))),
      () => column(`${integer} UNSIGNED`, () => String(pick([0n, high - 1n, high / 3n]))),
      () => column("DECIMAL(30,10)", () => `${pick(["", "-"])}${digits(20)}${fraction(10)}`),
      () => column("FLOAT", () => pick(["1.1", "3.14159265", "-1e-30", "3.4e38", "0"])),
      () => column("DOUBLE", () => pick(["0.1", "1.7976931348623157e308", "-2.2e-308", "3.141592653589793"])),
      () => column("BIT(17)", () => `b'${below(2 ** 17).toString(2)}'`),
      () => column("DATE", () => pick(["'0000-00-00'", "'9999-12-31'", `'20${two(0, 99)}-${two(1, 12)}-${two(1, 28)}'`])),
      () => column(`TIME(${f})`, () => `'${pick(["", "-"])}${two(0, 837)}:${two(0, 59)}:${two(0, 59)}${fraction(f)}'`),
      () => column(`DATETIME(${f})`, () => pick(["'0000-00-00 00:00:00'", `'20${two(0, 99)}-${two(1, 12)}-${two(1, 28)} ${time(f)}'`])),
      () => ({ name, definition: `TIMESTAMP(${f}) NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP(${f})`, value: () => pick(["NULL", `'20${two(1, 36)}-${two(1, 12)}-${two(1, 28)} ${time(f)}'`]) }),
      () => column("YEAR", () => pick(["0", "1901", "2155"])),
      () => column(`CHAR(20) CHARACTER SET ${charset}`, () => textOf(charset, 9)),
      () => column(`VARCHAR(60) CHARACTER SET ${charset}`, () => textOf(charset, 30)),
      () => column(`${pick(["TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT"])} CHARACTER SET ${charset}`, () => textOf(charset, 20)),
      () => column(pick(["BINARY(255)", "VARBINARY(300)", "TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB"]), () => literalOf(bytes(255))),
      () => column(utf8("ENUM('','a','é''x')"), () => pick(["''", "'a'", escaped(utf8("é'x"))])),
      () => column("SET('x','y','z')", () => pick(["''", "'x'", "'x,z'", "'x,y,z'"])),
      () => column("JSON", () => pick([`'{"a": 1}'`, "'[1, null]'", `'"x\\\\ny"'`])),
      () => column("POINT", () => `0x000000000101000000000000000000f03f${pick(["0000000000000040", "0000000000000080"])}`),
    ])(); // prettier-ignore
  };

  const tables = Array.from({ length: 2 + below(2) }, (_, at) => {
    const name = pick([`t${at}`, `t ${at}`, `t\`${at}`, `tÄ${at}`]);
    const columns: Column[] = Array.from({ length: 3 + below(6) }, (__, index) => ofType(pick([`c${index}`, `c ${index}`, `order${index}`])));
    const extra = pick(["", `, twice BIGINT AS (id % 100 * 2) ${pick(["STORED", "VIRTUAL"])}`]);
    return { name, columns, extra, counts: extra === "" };
  }); // prettier-ignore
  const quoted = (name: string): string => utf8(`\`${name.replaceAll("`", "``")}\``);
  const [complete, extended, crlf] = [below(2) === 0, below(2) === 0, below(4) === 0];
  const ids = ["0", "-3", "7", "9007199254740993", "9223372036854775800"].slice(0, 2 + below(4));
  const lines = tables.toReversed().flatMap(({ name, columns, extra, counts }, at) => {
    const parent = tables.toReversed()[at + 1]?.name; // made later than its child
    const cascade = below(2) === 0; // MySQL allows either that or the check
    const definition = [
      `id BIGINT NOT NULL${counts ? " AUTO_INCREMENT" : ""}`,
      ...columns.map((column) => `${quoted(column.name)} ${column.definition}`),
      `parent BIGINT, PRIMARY KEY (id), KEY (parent)${cascade ? "" : ", CHECK (parent <> 5)"}`,
      ...(parent === undefined
        ? []
        : [`FOREIGN KEY (parent) REFERENCES ${quoted(parent)} (id)${cascade ? " ON DELETE CASCADE" : ""}`]),
    ].join(", ");
    const withNames = complete || extra !== "";
    const names = withNames ? ` (id, ${columns.map((column) => quoted(column.name)).join(", ")}, parent)` : "";
    const rows = ids.map((id) => `(${[id, ...columns.map(({ value }) => value?.() ?? "NULL"), parent === undefined ? "NULL" : id].join(",")})`); // prettier-ignore
    const into = `INSERT INTO ${quoted(name)}${names} VALUES `;
    return [
      `CREATE TABLE ${quoted(name)} (${definition}${extra}) ENGINE=InnoDB DEFAULT CHARSET=${pick(["latin1", "utf8mb4"])};`,
      `LOCK TABLES ${quoted(name)} WRITE;`,
      ...(extended ? [`${into}${rows.join(",")};`] : rows.map((row) => `${into}${row};`)),
      "UNLOCK TABLES;",
    ];
  });
  const sql = header + lines.map((line) => `${line}\n`).join("") + footer;
  return {
    sql: Buffer.from(crlf ? sql.replaceAll("\n", "\r\n") : sql, "latin1"), // line ends within literals are escaped
    changes: tables.flatMap(({ name, counts }) => {
      const table = `\`${name.replaceAll("`", "``")}\``;
      return [
        `UPDATE ${table} SET parent = NULL`,
        `DELETE FROM ${table} WHERE id = 7 OR id = 0`,
        ...(counts ? [`ALTER TABLE ${table} AUTO_INCREMENT = 9223372036854775806`] : []),
      ];
    }),
  };
}
