/** What passes between sandbox and proxy: the artifact's records, as JSON lines instead of gob. */
export interface SentryMessage {
  readonly EventName?: "GETE" | "SEND";
  readonly Url?: string;
  readonly Method?: string;
  readonly PeerAddr?: string;
  readonly PeerPort?: number;
  readonly HasBody?: 0 | 1;
  readonly SessionId?: string;
  readonly MsgID?: number;
  /** The host name in the registration, later the function's name. */
  readonly FuncName: string;
  /** True in the registration only. */
  readonly IsFunc?: true;
}

export interface ReturnMessage {
  readonly Allowed: boolean;
  readonly MsgID: number;
  /** JSON, or empty: none. In the answer to the registration only. */
  readonly Policy?: string;
}
