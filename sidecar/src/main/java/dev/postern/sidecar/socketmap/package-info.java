/**
 * SMTP logins as a Postfix table: the socketmap protocol (socketmap_table(5)) on a Unix socket, so
 * that {@code smtp_sasl_password_maps} asks the agent at each new SMTP session, and a rotation
 * needs neither a file nor a reload.
 *
 * <p>Tables: {@code sasl_passwd} answers the relay's host, as Postfix asks for it ({@code
 * smtp.mailgun.org}, then {@code [smtp.mailgun.org]:587}); {@code sender_passwd} answers a sender's
 * address by its domain, and must be named to be asked, because Postfix would offer what it says to
 * whatever server the mail goes to; a secret's own name is {@code sasl_passwd} with that secret
 * alone, for where several share a host.
 *
 * <p>The host is the issuer's: an agent that reads only, and has no issuers in its config, answers
 * {@code sender_passwd} alone.
 *
 * <p>What Postfix does, seen with Debian's 3.7.11 under strace:
 *
 * <ul>
 *   <li>smtp(8) sets the table up before it enters its chroot, but connects afterwards, at the
 *       first look-up of each of its processes: {@code setgid(107) setgroups
 *       chroot(queue_directory) setuid(104)}, and later {@code connect("/sock/postern.sock")}. So
 *       with the chroot of Debian's master.cf the socket has to be below the queue directory, and
 *       the path in main.cf is the one seen from there. A path without a leading slash is found
 *       with the chroot and without it, because the daemons' working directory is the queue
 *       directory. Elsewhere: {@code proxy:socketmap:unix:/run/...} (proxymap(8) has no chroot, and
 *       its {@code proxy_read_maps} has this table by default). An absolute path outside of the
 *       chroot defers all mail.
 *   <li>The peer is user {@code postfix} and group {@code postfix}: these go into the secret's
 *       allow list. With {@code proxy:} it is the same user, and one process for all.
 *   <li>It asks after the answer to EHLO on the connection on which AUTH follows, 4 ms later, and
 *       keeps nothing for the next session but its connection to the table (used again after 1.5 s,
 *       made anew after 22 s). The look-up therefore counts as an acknowledged fetch that is over
 *       after {@link SocketmapServer#USE}: that long a compromised rotation waits for a session
 *       that may still be about to say the old password. Sessions that are kept open ({@code
 *       smtp_connection_cache_on_demand}) are authenticated already and do not ask.
 *   <li>{@code TEMP}, {@code PERM}, {@code TIMEOUT}, a refused connection, a missing socket and one
 *       that may not be opened all defer the mail (dsn 4.3.0); so does the provider's 535 (4.7.8).
 *       <b>{@code NOTFOUND} for every key bounces it</b>: Postfix then sends without AUTH, and the
 *       provider's 530 is final. Hence whatever the agent knows about and may or can not answer is
 *       {@code TEMP} or {@code PERM}, and {@code NOTFOUND} means that the config has no such host.
 *       A last table {@code fail:} in {@code smtp_sasl_password_maps} makes that a deferral too;
 *       not so with {@code smtp_sender_dependent_authentication}, where the sender is asked for
 *       first and would fail.
 * </ul>
 *
 * <p>The manual says not to use such tables for what is security-sensitive, since nobody is
 * authenticated. On a Unix socket both are: the client by the kernel, the server by the directory,
 * which nobody but the agent may write.
 */
@NullMarked
package dev.postern.sidecar.socketmap;

import org.jspecify.annotations.NullMarked;
