import { createServer } from "node:net";
import { once } from "node:events";
import { createConnection, type Connection, type RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startMysql, type MysqlServer } from "./index.ts";
import { createTable, loopback, newRun, noLocalServer, startPrivateServer } from "./test-server.ts";

/** A private server plays the server of the user's. */
describe.skipIf(noLocalServer !== undefined)(
  `a server of the user's${noLocalServer ? ` (${noLocalServer})` : ""}`,
  () => {
    let theirs: Awaited<ReturnType<typeof startPrivateServer>>;
    let root: Connection;
    beforeAll(async () => {
      theirs = await startPrivateServer();
      const { endpoint, adminUser: user, adminPassword: password } = theirs.info;
      root = await createConnection({ ...endpoint, user, password });
    });
    afterAll(async () => {
      await root.end();
      await theirs[Symbol.asyncDispose]();
    });

    const urlOf = (user: string, password: string, port = theirs.info.endpoint.port): string =>
      `mysql://${user}:${password}@127.0.0.1:${port}`;
    const start = async (
      url: string,
      network: Parameters<typeof startMysql>[0]["network"] = loopback,
    ): Promise<MysqlServer> => {
      const run = await newRun();
      onTestFinished(() => run[Symbol.asyncDispose]());
      return startMysql({ ...run, network, url });
    };
    const dropUser = async (user: string): Promise<void> => {
      await root.query(`DROP USER '${user}'@'127.0.0.1'`);
    };
    const left = async (): Promise<readonly unknown[]> => {
      const [databases] = await root.query<RowDataPacket[]>("SHOW DATABASES LIKE 'kb%'");
      const [users] = await root.query<RowDataPacket[]>("SELECT user FROM mysql.user WHERE user LIKE 'kb%'");
      return [...databases, ...users];
    };

    test("it is used, and after the run nothing of ours is on it", async () => {
      const server = await start(urlOf("root", theirs.info.adminPassword));
      expect(server.info).toMatchObject({ source: "url", skipped: [], functionEndpoint: theirs.info.endpoint });
      const access = await server.createDatabase("native", [createTable]);
      expect(access.database).toBe(`kb_${server.info.runId.replace("-", "_")}_native`);
      await server.createDatabase("gvisor", [createTable]);
      expect(await left()).toHaveLength(4);
      await server.stop();
      expect(await left()).toEqual([]);
    });

    test("on a bridge, functions reach it through a forwarder", async () => {
      const hostAddress = `127.78.${Math.floor(Math.random() * 250)}.1`; // loopback replaces a bridge
      const network = { kind: "bridge", bridge: "lo", hostAddress, prefixLength: 8 } as const;
      const server = await start(urlOf("root", theirs.info.adminPassword), network);
      const access = await server.createDatabase("native", [createTable]);
      expect(access).toMatchObject({ host: hostAddress, port: 3306 });
      const connection = await createConnection({ ...access });
      await connection.query("INSERT INTO fruit VALUES ('a', 'b')");
      await connection.end();
      await server.stop();
      await expect(createConnection({ ...access })).rejects.toThrow(/ECONNREFUSED/);
      expect(await left()).toEqual([]);
    });

    test("a wrong password is refused and not shown", async () => {
      await expect(start(urlOf("root", "sesame"))).rejects.toThrow(
        /mysql:\/\/root:\*\*\*@127.0.0.1:\d+ cannot be used: Access denied/,
      );
      await expect(start(urlOf("root", "sesame"))).rejects.not.toThrow(/sesame/);
    });

    test("a host that does not answer is named", async () => {
      await expect(start(urlOf("root", "sesame", 1))).rejects.toThrow(
        /mysql:\/\/root:\*\*\*@127.0.0.1:1 cannot be used: .*ECONNREFUSED/,
      );
      await expect(start("mysql://root:sesame@host.invalid")).rejects.toThrow(/host\.invalid:3306 cannot be used/);
    });

    test("a server that accepts and stays silent is given up after a deadline", async () => {
      const silent = createServer().listen(0, "127.0.0.1");
      await once(silent, "listening");
      onTestFinished(() => void silent.close());
      const { port } = silent.address() as { port: number };
      await expect(start(urlOf("root", "sesame", port))).rejects.toThrow(/cannot be used: .*(ETIMEDOUT|timed out)/);
    });

    test.for([
      [
        "CREATE USER",
        "GRANT CREATE, DROP, SELECT, INSERT, UPDATE, DELETE ON `kb\\_%`.* TO ? WITH GRANT OPTION",
        /lacks CREATE USER/,
      ],
      ["databases", "GRANT CREATE USER ON *.* TO ?", /lacks CREATE and DROP on databases/],
      ["GRANT OPTION", "GRANT CREATE, DROP, CREATE USER ON *.* TO ?", /lacks SELECT.* WITH GRANT OPTION/],
    ] as const)("an account without %s gets an error that names what it lacks", async ([, grant, message]) => {
      await root.query("CREATE USER 'weak'@'127.0.0.1' IDENTIFIED BY 'sesame'");
      onTestFinished(() => dropUser("weak"));
      await root.query(grant.replace("?", "'weak'@'127.0.0.1'"));
      await expect(start(urlOf("weak", "sesame"))).rejects.toThrow(message);
      expect(await left()).toEqual([]);
    });

    test("an account with just the needed privileges serves", async () => {
      await root.query("CREATE USER 'enough'@'127.0.0.1' IDENTIFIED BY 'sesame'");
      onTestFinished(() => dropUser("enough"));
      await root.query("GRANT CREATE USER ON *.* TO 'enough'@'127.0.0.1'");
      await root.query("GRANT ALL ON `kb\\_%`.* TO 'enough'@'127.0.0.1' WITH GRANT OPTION");
      const server = await start(urlOf("enough", "sesame"));
      const { database } = await server.createDatabase("native", [createTable]);
      await server.reset(database, "INSERT INTO fruit VALUES ('a', 'b')");
      await server.stop();
      expect(await left()).toEqual([]);
    });
  },
);
