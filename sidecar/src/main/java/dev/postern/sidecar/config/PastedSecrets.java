package dev.postern.sidecar.config;

import dev.postern.sidecar.config.YamlNode.Entry;
import dev.postern.sidecar.config.YamlNode.Mapping;
import dev.postern.sidecar.config.YamlNode.Scalar;
import dev.postern.sidecar.config.YamlNode.Sequence;

/** Finds secrets pasted anywhere into the file, under keys known or not, and as keys. */
final class PastedSecrets {
  private static final String MESSAGE = "looks like a secret; put it in a store";

  private final Problems problems;

  PastedSecrets(Problems problems) {
    this.problems = problems;
  }

  void find(YamlNode root) {
    find(root, "");
  }

  private void find(YamlNode node, String path) {
    if (node instanceof Scalar scalar) {
      check(scalar, path);
    } else if (node instanceof Sequence sequence) {
      for (int i = 0; i < sequence.items().size(); i++) {
        find(sequence.items().get(i), path + "[" + i + "]");
      }
    } else if (node instanceof Mapping mapping) {
      for (Entry entry : mapping.entries()) {
        check(entry.key(), path);
        find(entry.value(), KeyPath.child(path, entry.key()));
      }
    }
  }

  private void check(Scalar scalar, String path) {
    if (SecretShape.matches(scalar.text())) {
      problems.error(scalar.position(), path, MESSAGE);
    }
  }
}
