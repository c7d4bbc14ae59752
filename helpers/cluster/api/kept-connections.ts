import { isDeepStrictEqual } from "node:util";
import { KubeConfig } from "@kubernetes/client-node";

type RequestContext = Parameters<KubeConfig["applySecurityAuthentication"]>[0];
type Dispatcher = NonNullable<ReturnType<RequestContext["getDispatcher"]>>;
type DispatcherOptions = ReturnType<KubeConfig["createDispatcherOptions"]>;

/**
 * A kubeconfig whose requests share connections. The library opens one for each request, and a TLS handshake with two
 * certificates is most of a request's cost, here and in the API server.
 */
export class KeptConnections extends KubeConfig {
  #latest: DispatcherOptions | undefined;
  #kept: { readonly options: DispatcherOptions | undefined; readonly dispatcher: Dispatcher } | undefined;

  override createDispatcherOptions(...args: Parameters<KubeConfig["createDispatcherOptions"]>): DispatcherOptions {
    return (this.#latest = super.createDispatcherOptions(...args));
  }

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    const setDispatcher = context.setDispatcher.bind(context);
    // The library calls this in the same turn as the above, so no other request comes between them.
    context.setDispatcher = (fresh) => {
      const options = this.#latest;
      if (this.#kept === undefined || !isDeepStrictEqual(this.#kept.options, options)) {
        this.#kept = { options, dispatcher: fresh }; // first use, or other credentials: those may be short-lived
      }
      setDispatcher(this.#kept.dispatcher);
    };
    await super.applySecurityAuthentication(context);
  }
}
