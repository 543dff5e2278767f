/**
 * A Mailgun that runs in the process, for {@code postern dev} and for tests; {@code run} never
 * loads it.
 *
 * <p>{@code MailgunSimulator.builder().domain("mg.example.com").start()} gives an account with HTTP
 * and SMTP on free loopback ports. {@link dev.postern.mailgun.simulator.MailgunSimulator#createKey}
 * makes its first keys, {@link dev.postern.mailgun.simulator.MailgunSimulator#inject} lets
 * something go wrong, and its other methods look at what is there.
 *
 * <p>It speaks what Mailgun publishes about keys, SMTP credentials, messages, logs, the IP allow
 * list, users, the signing key and domains, and a test holds it against that description. Where the
 * description is silent it is strict: the key is checked first, then the address, the right, and
 * the fields. What nobody could confirm of the real service (how long a deleted key lives on, what
 * two logins of one name do) is a {@link dev.postern.mailgun.simulator.Fault} or the simplest
 * answer.
 *
 * <p>A secret is shown once and kept as its digest; the signing key, which the vendor shows again,
 * is kept as it is, in a file of mode 0600 where there is a state file. Messages go nowhere, and
 * live in memory only. It is no protection for anything: whoever reaches its ports may try keys
 * without limit.
 */
@NullMarked
package dev.postern.mailgun.simulator;

import org.jspecify.annotations.NullMarked;
