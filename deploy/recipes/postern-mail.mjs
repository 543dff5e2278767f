// Sends mail with a secret of Postern's. Copy Refused, Postern and deliver.
// Nothing but Node.js, 18 or later, is used.
import http from 'node:http';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

/** The provider does not take the secret: HTTP 401. */
export class Refused extends Error {}

export class Postern {
  #secret = null;
  #asking = null;
  #sending = new Set();

  constructor(name, path = '/run/postern/postern.sock') {
    this.name = name;
    this.path = path;
  }

  /** The secret as it is now: a local 304 as long as it is the same. */
  current() {
    this.#asking ??= this.#refresh(this.#secret?.etag).finally(() => (this.#asking = null));
    return this.#asking;
  }

  async send(deliver, message) {
    const used = await this.current();
    try {
      return await this.#deliver(deliver, used, message);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    let fresh = await this.current();
    if (fresh.version === used.version) {
      await this.#call('POST', '/rejected', { version: used.version });
      fresh = await this.#refresh(used.etag, '?wait=10s');
    }
    return this.#deliver(deliver, fresh, message);
  }

  async #deliver(deliver, secret, message) {
    const send = deliver(secret, message);
    this.#sending.add(send);
    try {
      return await send;
    } finally {
      this.#sending.delete(send);
    }
  }

  async #refresh(known = '', wait = '') {
    try {
      const headers = { 'If-None-Match': known };
      const { status, etag, body } = await this.#call('GET', wait, null, headers);
      if (status === 200) {
        const before = [...this.#sending];
        const fresh = (this.#secret = { ...JSON.parse(body), etag });
        // Once this is acknowledged, what they use may be revoked.
        const acknowledge = () => this.#call('PUT', '/ack', { version: fresh.version });
        Promise.allSettled(before).then(acknowledge).catch(() => {});
      } else if (status !== 304 && !this.#secret) {
        throw new Error(`postern answers ${status} for ${this.name}`);
      }
    } catch (error) {
      // An agent that is away for a moment is no reason not to send.
      if (!this.#secret) throw error;
    }
    return this.#secret;
  }

  #call(method, action, body, headers = {}) {
    return new Promise((resolve, reject) => {
      const path = `/v1/secrets/${this.name}${action}`;
      const to = { socketPath: this.path, method, path, headers, timeout: 15_000, agent: false };
      const request = http.request(to, async (answer) => {
        try {
          const text = (await answer.setEncoding('utf8').toArray()).join('');
          resolve({ status: answer.statusCode, etag: answer.headers.etag, body: text });
        } catch (error) {
          reject(error);
        }
      });
      request.on('timeout', () => request.destroy(new Error('postern does not answer')));
      request.on('error', reject).end(body && JSON.stringify(body));
    });
  }
}

export async function deliver({ attributes, fields }, message) {
  const answer = await fetch(`${attributes.api_base}/v3/${attributes.domain}/messages`, {
    method: 'POST',
    headers: { Authorization: `Basic ${Buffer.from(`api:${fields.api_key}`).toString('base64')}` },
    body: new URLSearchParams(message),
    signal: AbortSignal.timeout(30_000),
  });
  await answer.text();
  if (answer.status === 401) throw new Refused('the provider refuses the key');
  if (!answer.ok) throw new Error(`the provider answers ${answer.status}`);
}

/** Sends each line of the standard input as a message, four at a time, and counts. */
async function main({ POSTERN_SECRET, POSTERN_SOCKET, MAIL_FROM, MAIL_TO }) {
  const postern = new Postern(POSTERN_SECRET, POSTERN_SOCKET);
  let [sent, failed] = [0, 0];
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const worker = async () => {
    for (let line = await lines.next(); !line.done; line = await lines.next()) {
      try {
        const message = { from: MAIL_FROM, to: MAIL_TO, subject: line.value, text: line.value };
        await postern.send(deliver, message);
        sent++;
      } catch (error) {
        failed++;
        console.error(`not sent: ${error}`);
      }
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  console.log(`sent=${sent} failed=${failed}`);
  process.exitCode = failed ? 1 : 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(process.env);
}
