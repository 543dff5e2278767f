/**
 * {@code postern exec}: a program that knows secrets only from its environment, started again when
 * they change.
 *
 * <p>One thread (that of the command) waits for the end; one virtual thread listens for changes,
 * one brings the copies up to date, and the JVM's own thread passes signals on. A version is
 * acknowledged once every copy has been started with it and is ready.
 *
 * <p>What it does not protect against: an environment can be read by every process of the same user
 * ({@code /proc/PID/environ}) and is inherited by whatever the program starts. The values also pass
 * through this process's heap on their way. When this process is killed with SIGKILL, its copies go
 * on without it; a container's end takes them along.
 */
@NullMarked
package dev.postern.sidecar.cli.exec;

import org.jspecify.annotations.NullMarked;
