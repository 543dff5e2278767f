package dev.postern.sidecar.files;

import dev.postern.Version;
import dev.postern.sidecar.hooks.Pursuit.Trouble;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How it stands with one file.
 *
 * @param version in place since this agent started; empty when none could be
 * @param acknowledged whether its hook has succeeded for that version, or it has none
 * @param hook in words
 * @param trouble why it could not be written, or why its hook failed
 */
public record FileState(
    Path path,
    Optional<Version> version,
    boolean acknowledged,
    Optional<String> hook,
    Optional<Trouble> trouble) {}
