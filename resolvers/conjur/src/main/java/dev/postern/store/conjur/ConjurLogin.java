package dev.postern.store.conjur;

import java.nio.file.Path;

/**
 * How the agent proves to Conjur who it is. Names files and variables; what they hold is read when
 * it is used, and never kept here.
 */
public sealed interface ConjurLogin {

  /**
   * By the API key of a host.
   *
   * @param login such as {@code host/mail/postern}
   */
  record ApiKey(String login, KeySource key) implements ConjurLogin {
    public ApiKey {
      requireText(login, "login");
    }
  }

  /**
   * By a signed token of a platform, such as a projected token of a Kubernetes service account. The
   * host is what the authenticator's {@code token-app-property} finds in it.
   *
   * @param serviceId the authenticator: {@code ci} for {@code authn-jwt/ci}
   * @param file read at each login, as the platform replaces it
   */
  record Jwt(String serviceId, Path file) implements ConjurLogin {
    public Jwt {
      requireText(serviceId, "service id");
      file = file.toAbsolutePath();
    }
  }

  /** Where an API key is. */
  sealed interface KeySource {

    /** Read at each login, so that a replaced key is used without a restart. */
    record File(Path path) implements KeySource {
      public File {
        path = path.toAbsolutePath();
      }
    }

    /** An environment variable of the agent. */
    record Variable(String name) implements KeySource {
      public Variable {
        requireText(name, "environment variable");
      }
    }
  }

  private static void requireText(String text, String what) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("a Conjur " + what + " is not blank");
    }
  }
}
