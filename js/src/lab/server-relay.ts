// The relay of the Jupyter Server, asked as the application asks its server: with its login.
import type { Application } from "./host.ts";

interface ServerConnection {
  makeRequest(url: string, init: RequestInit, settings: unknown): Promise<Response>;
}

const NO_RELAY =
  "This Jupyter server has no relay for live tables: its administrator can install " +
  "tsvshare-widget into the server's environment, or enable tsvshare_widget.jupyter there.";

export class ServerRelay {
  readonly #connection: ServerConnection;
  readonly #settings: Application["serviceManager"]["serverSettings"];
  /** Where the relay is, as this browser reaches it; with a slash at its end. */
  readonly url: string;

  constructor(app: Application, connection: unknown) {
    this.#connection = connection as ServerConnection;
    this.#settings = app.serviceManager.serverSettings;
    this.url = `${this.#settings.baseUrl}tsvshare/`;
  }

  /** Say by which address this browser reaches the server: links are given out with it. */
  async tellAddress(): Promise<void> {
    await this.#post("address", { origin: new URL(this.url, location.href).origin });
  }

  /** Open a file of the server as a live table; the full link. Rejected with what to tell people. */
  async openFile(path: string): Promise<string> {
    const { uuid, key } = await this.#post("file", { path });
    return `${this.url}d/${uuid}#k=${key}`;
  }

  async #post(path: string, body: object): Promise<Record<string, string>> {
    const init = { method: "POST", body: JSON.stringify(body) };
    const answer = await this.#connection.makeRequest(this.url + path, init, this.#settings);
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) return said;
    // Jupyter itself answers 404 in its own way where the extension is not enabled.
    throw new Error(typeof said.error === "object" ? said.error.message : NO_RELAY);
  }
}
