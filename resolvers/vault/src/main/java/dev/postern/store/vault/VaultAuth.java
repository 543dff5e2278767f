package dev.postern.store.vault;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How the agent proves to Vault who it is. Holds paths and names only: the credentials themselves
 * are in files, which are read anew at each login, or in an environment variable.
 */
public sealed interface VaultAuth {

  /** A token that somebody else obtained, such as a Vault Agent that writes it to a file. */
  sealed interface Token extends VaultAuth {
    /** Read again when the file changes. */
    record InFile(Path file) implements Token {}

    /**
     * @param name of the environment variable
     */
    record InVariable(String name) implements Token {}
  }

  /**
   * @param mount of the auth method, such as {@code approle}
   * @param roleId a name, no secret
   * @param wrapped whether the file holds a response-wrapping token instead of the secret id itself
   */
  record AppRole(String mount, RoleId roleId, Path secretIdFile, boolean wrapped)
      implements VaultAuth {}

  /** The role id of an AppRole, in the config or in a file beside the secret id. */
  sealed interface RoleId {
    record Named(String id) implements RoleId {}

    record InFile(Path file) implements RoleId {}
  }

  /**
   * A signed token in a file: of a Kubernetes service account, or any other JWT.
   *
   * @param mount of the auth method, such as {@code kubernetes} or {@code jwt}
   * @param role empty for the auth method's default role
   */
  record SignedToken(String mount, Optional<String> role, Path file) implements VaultAuth {
    /** Where Kubernetes puts the token of a pod's service account. */
    public static final Path OF_THE_POD =
        Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token");
  }
}
