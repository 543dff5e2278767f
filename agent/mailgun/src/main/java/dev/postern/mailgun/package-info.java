/**
 * Mailgun as a credential issuer: makes, lists, probes and revokes domain sending keys through the
 * vendor's HTTP interface.
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
 * <p><b>What it does not protect against.</b> The JDK's HTTP client takes the Authorization header
 * as a {@code String}, which stays on the heap until it is collected, and its own logging ({@code
 * jdk.httpclient.HttpClient.log}) prints headers. A 401 of Mailgun also means an address that is
 * not on the allow list or a wrong region, so one refused probe is no proof of death.
 */
@NullMarked
package dev.postern.mailgun;

import org.jspecify.annotations.NullMarked;
