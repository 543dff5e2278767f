package dev.postern.store.conjur.fake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The policy files that are delivered, in the order in which they are loaded. */
public final class DeliveredPolicies {
  private static final String EXAMPLE = "sending";

  private DeliveredPolicies() {}

  /** As if the files named this secret of the policy {@code mail}. */
  public static List<String> of(String secret) {
    return Stream.of("variables", "reader", "rotator")
        .map(name -> read(name).replace(EXAMPLE, secret))
        .toList();
  }

  private static String read(String name) {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path file = at.resolve("deploy/policies/conjur-" + name + ".yml");
      if (Files.exists(file)) {
        try {
          return Files.readString(file);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    throw new IllegalStateException("deploy/policies is not above this folder");
  }
}
