type Step = (nowMs: number) => void;

/**
 * The only caller of requestAnimationFrame. A frame is asked for when something
 * changed, and any number of requests before it become one frame.
 *
 * Within a frame all movers run before all painters, so nothing is painted from
 * a half-moved camera.
 */
export class FrameLoop {
  readonly #movers = new Set<Step>();
  readonly #painters = new Set<Step>();
  readonly #nextFrame: (step: Step) => void;
  #asked = false;

  constructor(nextFrame: (step: Step) => void = (step) => requestAnimationFrame(step)) {
    this.#nextFrame = nextFrame;
  }

  /** Runs every frame until stopped: an animation. */
  move(step: Step): () => void {
    this.#movers.add(step);
    this.request();
    return () => this.#movers.delete(step);
  }

  /** Runs in every frame that somebody asked for, until stopped. */
  paint(step: Step): () => void {
    this.#painters.add(step);
    this.request();
    return () => this.#painters.delete(step);
  }

  request(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.#nextFrame((nowMs) => {
      this.#asked = false;
      for (const step of this.#movers) step(nowMs);
      for (const step of this.#painters) step(nowMs);
      if (this.#movers.size > 0) this.request();
    });
  }
}
