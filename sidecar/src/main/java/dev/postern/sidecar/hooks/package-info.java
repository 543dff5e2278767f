/**
 * What is done when a file was replaced, so that the program that reads it takes the new value up:
 * a signal, a command, or a request to this machine. Success (delivered, exit 0, an answer of 2xx)
 * is the program's acknowledgement.
 *
 * <p>A hook is told the secret's name and the version's id, never a value: a command gets them as
 * {@code POSTERN_SECRET} and {@code POSTERN_VERSION} in an otherwise nearly empty environment. What
 * a command prints, and what a server answers beyond its status, goes nowhere.
 *
 * <p>Threads: a {@link dev.postern.sidecar.hooks.Pursuit} has one virtual thread while something is
 * to be done or to be tried again, and none otherwise. Every attempt has a time limit, so a hook
 * that hangs delays itself only; a command that runs out of time is killed with all that it
 * started, also what it sent into the background, as far as that kept its environment. Failures are
 * repeated after 1 s, 2 s, 4 s and so on up to a minute, for as long as the version is current.
 *
 * <p>Does not protect against: a program that confirms and goes on with the old value; a pid file
 * whose owner names another process of his own.
 */
@NullMarked
package dev.postern.sidecar.hooks;

import org.jspecify.annotations.NullMarked;
