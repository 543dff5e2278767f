/**
 * Secrets in files, for programs that read files.
 *
 * <p><b>What a reader sees.</b> The files of one secret in one directory change together, as the
 * kubelet does it: they are links into {@code ..data} ({@code ..data-NAME} where several secrets
 * share the directory), which is a link to a directory made anew for each version, and is replaced
 * by one rename. No file is ever seen half written, and one that opens the directory behind {@code
 * ..data} once reads one version from it, or finds it gone and looks again. Where a secret has
 * files in several directories there is one swap for each, in the order of the config, and hooks
 * are run after the last.
 *
 * <p><b>Permissions</b> are right from birth: a file is made with its mode in a directory with mode
 * 0700, gets its owner and its group there, and is reached by others only when all are in place.
 * Directory and ancestors must not be writable by others, as sshd's StrictModes wants it, so nobody
 * can exchange a part of a path; access lists are not looked at. What is at a file's path and was
 * not made here is never replaced. The volume of a pod is made with mode 0777, and is accepted
 * where the config says {@code folder: pod-volume}: what keeps the files from being exchanged there
 * is that all other containers mount it {@code readOnly}, which the agent cannot see.
 *
 * <p><b>Old values</b> are unlinked right after the swap, and what a crash left is at the next
 * start. They are not overwritten: that would show zeros to a reader who has one open, and erases
 * nothing on flash or on a journalled file system. Hence the warning when a directory is not on
 * tmpfs.
 *
 * <p><b>Changes only.</b> What would be written is compared with what is there, and an empty mark
 * beside it tells whether its hook has succeeded; so a restart, or a new version with the same
 * content, writes nothing and runs nothing. Nobody watches the files in between: what a person
 * changes by hand is put right at the next version or start.
 *
 * <p><b>Consumers.</b> Each file is a consumer of its secret: it holds a version from the swap on,
 * and has acknowledged it when its hook has succeeded, or at once without one. A rotation waits for
 * it as for a program. A file stays when its secret grows too old to be served, is flagged as
 * compromised, or when the agent stops; it is replaced by the successor. A program that must not
 * use a stale value reads the socket.
 *
 * <p><b>Threads.</b> Each secret with something to write has one virtual thread for it, and each
 * hook that is to be run another, which ends when it is done (see {@link
 * dev.postern.sidecar.hooks.Pursuit}); a secret at rest has none. Writers of one directory wait for
 * each other. The directories should be local: a file system that hangs would hold a carrier
 * thread.
 *
 * <p>Does not protect against: root; a reader that keeps a copy; a file system without permissions.
 */
@NullMarked
package dev.postern.sidecar.files;

import org.jspecify.annotations.NullMarked;
