/**
 * Linux memory for secrets, and what else takes calls into the C library (JDK foreign functions, no
 * JNI code of our own): the only native code in Postern.
 *
 * <p>{@link dev.postern.linux.LockedMemory} is found by {@link java.util.ServiceLoader} and serves
 * {@link dev.postern.SecretBytes}. Its pages are anonymous mappings outside the Java heap, locked
 * into RAM ({@code mlock}), left out of core dumps ({@code MADV_DONTDUMP}) and wiped when a block
 * is given back. {@link dev.postern.linux.ProcessHardening} makes the whole process undumpable.
 * {@link dev.postern.linux.PeerGroups} and {@link dev.postern.linux.SystemGroups} tell of groups
 * what the JDK does not.
 *
 * <p>Protects against: secrets in swap space, in core dumps and in memory that is used again; with
 * the hardening also against a debugger or a reader of {@code /proc/PID/mem} with the same user id.
 *
 * <p>Does not protect against: root; a hibernation image, which holds locked pages too; copies that
 * a library made on the Java heap, and heap dumps of them; a buffer used after its block was given
 * back. Where the kernel refuses a protection, or elsewhere than on 64-bit Linux, everything works
 * without it, and {@link dev.postern.SecretMemory#protection()} says so.
 *
 * <p>Only the small mappings made here are locked. {@code mlockall} would lock the JVM's heap, code
 * and thread stacks as well, at four times the memory.
 */
@NullMarked
package dev.postern.linux;

import org.jspecify.annotations.NullMarked;
