import { failureText, type RestPulled } from "../api/rest";
import { Cell } from "../state/cell";
import { vertexText } from "../state/words";
import type { Page } from "./page";

const key = "netseam-first-steps";

/** What visitors of the demo can do in its world, and whether they want to be shown. */
export class DemoActs {
  /** Whether the first steps are shown; a choice that is remembered. */
  readonly isShown = new Cell(remembered() !== "dismissed");
  readonly pulled = new Cell<readonly RestPulled[]>([]);
  readonly failure = new Cell("");
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  show(isShown: boolean): void {
    this.isShown.set(isShown);
    try {
      localStorage.setItem(key, isShown ? "shown" : "dismissed");
    } catch {
      // Storage may be switched off; the choice then lasts as long as the page.
    }
  }

  /** Asks which cables are out: they may be from before this page was opened. */
  load(): Promise<void> {
    return this.#try(() => Promise.resolve());
  }

  pull(port: number): Promise<void> {
    return this.#try(() => this.#page.rest.pullCable(vertexText(port)));
  }

  plug(port: number): Promise<void> {
    return this.#try(() => this.#page.rest.plugCable(vertexText(port)));
  }

  async #try(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.pulled.set(await this.#page.rest.pulledCables());
      this.failure.set("");
    } catch (cause) {
      this.failure.set(failureText(cause));
    }
  }
}

function remembered(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
