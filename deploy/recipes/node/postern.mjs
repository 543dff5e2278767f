// A secret of Postern's, for any number of sends at once. It needs Node.js, 18 or later, only.
import { once } from 'node:events';
import http from 'node:http';
import { text } from 'node:stream/consumers';

/** For "deliver" to throw when the provider answers HTTP 401 or SMTP 535. */
export class Refused extends Error {}

export class Postern {
  #secret = { version: '' };
  #asking = null;
  #sending = new Set();

  constructor(name, socketPath = '/run/postern/postern.sock') {
    this.url = `/v1/secrets/${name}`;
    this.socketPath = socketPath;
  }

  /** Delivers with the secret as it is now, and once more if that is refused. */
  async send(deliver, message) {
    const used = await this.current();
    try {
      return await this.#track(deliver(used, message));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    await this.#call('POST', '/rejected', used);
    const next = await this.#refresh(used.version === this.#secret.version ? '?wait=10s' : '');
    return this.#track(deliver(next, message));
  }

  #track(sending) {
    this.#sending.add(sending);
    return sending.finally(() => this.#sending.delete(sending));
  }

  /** The secret as it is now: a local 304 for as long as it is the same. */
  current() {
    this.#asking ??= this.#refresh().finally(() => (this.#asking = null));
    return this.#asking;
  }

  async #refresh(wait = '') {
    const asked = this.#call('GET', wait, this.#secret);
    const { status, body, cause } = await asked.catch((cause) => ({ cause }));
    if (status === 200) {
      const fresh = (this.#secret = JSON.parse(body));
      // When all that is being sent with the one before has ended, that one may be revoked.
      const acknowledge = () => this.#call('PUT', '/ack', fresh).catch(() => {});
      Promise.allSettled(this.#sending).then(acknowledge);
    }
    // An agent that is away for a moment is no reason not to send.
    if (!this.#secret.version) throw new Error(`no secret: postern answers ${status}`, { cause });
    return this.#secret;
  }

  async #call(method, action, { version }) {
    const to = { socketPath: this.socketPath, path: this.url + action, agent: false };
    const headers = { 'If-None-Match': `"${version}"` };
    const signal = AbortSignal.timeout(15_000);
    const request = http.request({ ...to, method, headers, signal });
    request.end(method === 'GET' ? undefined : JSON.stringify({ version }));
    const [answer] = await once(request, 'response');
    return { status: answer.statusCode, body: await text(answer) };
  }
}
