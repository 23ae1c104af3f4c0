import type { FeedEvent, FeedRequest } from "./feed";

/** The page's end of the worker that owns the stream. */
export class StreamClient {
  readonly #worker: Worker;

  constructor(receive: (event: FeedEvent) => void) {
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), {
      type: "module",
      name: "stream",
    });
    this.#worker.onmessage = ({ data }: MessageEvent<FeedEvent>) => receive(data);
  }

  start(url: string): void {
    this.#post({ type: "start", url });
  }

  open(channel: string): void {
    this.#post({ type: "open", channel });
  }

  /** By what the positions of all channels are grouped from now on. */
  group(grouping: string): void {
    this.#post({ type: "group", grouping });
  }

  close(channel: string): void {
    this.#post({ type: "close", channel });
  }

  retry(): void {
    this.#post({ type: "retry" });
  }

  #post(request: FeedRequest): void {
    this.#worker.postMessage(request);
  }
}
