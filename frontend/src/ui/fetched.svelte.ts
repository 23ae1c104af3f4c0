import { failureText } from "../api/rest";

/** What an answer of the server is, while it is asked for and afterwards. An old answer stays until the new one is there. */
export class Fetched<T> {
  value = $state.raw<T | undefined>();
  failure = $state("");

  /** Asks; the result stops that. */
  load(ask: (signal: AbortSignal) => Promise<T>): () => void {
    const abort = new AbortController();
    void this.#run(ask, abort.signal);
    return () => abort.abort();
  }

  async #run(ask: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<void> {
    try {
      const value = await ask(signal);
      if (signal.aborted) return;
      this.value = value;
      this.failure = "";
    } catch (cause) {
      if (signal.aborted) return;
      this.value = undefined;
      this.failure = failureText(cause);
    }
  }
}
