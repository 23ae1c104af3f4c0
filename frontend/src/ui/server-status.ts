import { failureText, type RestClient, type RestStatus } from "../api/rest";
import { Cell } from "../state/cell";

/** The server is asked at most so often. */
const everyMs = 3_000;

/** What the server says of itself by REST: asked for at the start and after changes. */
export class ServerStatus {
  readonly value = new Cell<RestStatus | undefined>(undefined);
  readonly failure = new Cell("");
  readonly #rest: RestClient;
  #askedMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(rest: RestClient) {
    this.#rest = rest;
  }

  /** Something has changed: ask, now or as soon as it may be. */
  want(): void {
    this.#timer ??= setTimeout(
      () => void this.#ask(),
      Math.max(0, this.#askedMs + everyMs - Date.now()),
    );
  }

  async #ask(): Promise<void> {
    this.#timer = undefined;
    this.#askedMs = Date.now();
    try {
      this.value.set(await this.#rest.status());
      this.failure.set("");
    } catch (cause) {
      this.failure.set(failureText(cause));
    }
  }
}
