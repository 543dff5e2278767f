// Sends each line of the standard input as a message, four at a time, and counts.
import { createInterface } from 'node:readline';
import { Postern } from './postern.mjs';

const { POSTERN_SECRET, POSTERN_SOCKET, MAIL_FROM, MAIL_TO } = process.env;
const postern = new Postern(POSTERN_SECRET, POSTERN_SOCKET);
const smtp = 'login' in (await postern.current()).fields;
const { deliver } = await import(smtp ? './smtp.mjs' : './http.mjs');
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
let [sent, failed] = [0, 0];

async function work() {
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
}

await Promise.all(Array.from({ length: 4 }, work));
console.log(`sent=${sent} failed=${failed}`);
process.exitCode = failed ? 1 : 0;
