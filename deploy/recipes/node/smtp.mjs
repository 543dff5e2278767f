import nodemailer from 'nodemailer';
import { Refused } from './postern.mjs';

export async function deliver({ attributes, fields }, message) {
  const transport = nodemailer.createTransport({
    host: attributes.smtp_host,
    port: Number(attributes.smtp_port),
    requireTLS: true,
    auth: { user: fields.login, pass: fields.password },
  });
  try {
    await transport.sendMail(message);
  } catch (error) {
    throw error.responseCode === 535 ? new Refused('the provider refuses the login') : error;
  }
}
