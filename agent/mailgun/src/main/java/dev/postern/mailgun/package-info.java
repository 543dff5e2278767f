/**
 * Mailgun as a credential issuer: makes, lists, probes and revokes domain sending keys, account
 * keys, SMTP logins and the webhook signing key, and tells what the account's logs and lists say.
 * {@code KindRules} has one implementation for each kind; SMTP logins are probed at the SMTP
 * server.
 *
 * <p><b>Use.</b> {@link dev.postern.mailgun.MailgunIssuerFactory} makes the issuer from a {@link
 * dev.postern.mailgun.MailgunConfig} and an {@link dev.postern.mailgun.AdminKey}.
 *
 * <p><b>Guarantees.</b> A call ends within the configured time, whatever the server does. Making a
 * key is never repeated once the request may have reached Mailgun. An answer that is not Mailgun's
 * (a proxy's page, a redirect, a cut body) is never taken for one: not for a key made, not for a
 * key deleted, not for a key refused. No exception message and no cause holds a key, a header or a
 * part of an answer.
 *
 * <p>The calls of each part of Mailgun's interface stay within its published limit, and all of a
 * part stay away for as long as one of them was asked to.
 *
 * <p><b>What it does not protect against.</b> The JDK's HTTP client takes the Authorization header
 * as a {@code String}, which stays on the heap until it is collected, and its own logging ({@code
 * jdk.httpclient.HttpClient.log}) prints headers; Angus Mail takes an SMTP password so, too. A 401
 * of Mailgun, and a 535 of its SMTP server, also mean an address that is not on the allow list or a
 * wrong region, so one refused probe is no proof of death.
 */
@NullMarked
package dev.postern.mailgun;

import org.jspecify.annotations.NullMarked;
