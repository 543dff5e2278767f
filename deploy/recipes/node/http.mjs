import { Refused } from './postern.mjs';

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
