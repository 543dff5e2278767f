package dev.postern.sidecar.files;

import dev.postern.sidecar.templates.Rendered;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;

/**
 * A file as it is to be.
 *
 * @param owner the agent's own when empty
 */
record FileEntry(
    String name,
    Rendered content,
    Set<PosixFilePermission> permissions,
    Optional<UserPrincipal> owner,
    Optional<GroupPrincipal> group) {}
