/** What functions call. Types only. */

/** Where MySQL comes from; `cluster`: the server that `cluster up` has made or was given. */
export type MysqlSource = "url" | "docker" | "local" | "cluster";

/** What the user asks for; `auto`: the first that works. */
export type WantedMysqlSource = "auto" | Exclude<MysqlSource, "cluster">;
